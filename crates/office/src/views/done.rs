//! The result.

use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Order, Press, Sheet, Trouble};
use crate::texts::{Message, Text};

pub(super) fn done(sheet: &Sheet, order: &Order, trouble: Option<Trouble>, hand: Hand) -> Html {
    let Message { title, next } = hand.language.done(order, sheet.facts.payment.as_deref(), sheet.refund());
    let more = !sheet.facts.actions().is_empty();
    let more =
        more.then(|| hand.button("supervisor-back", Press::Back, Text::SomethingElse, ButtonStyle::Plain));
    html! {
        <>
            { heading(title) }
            <p class="o-next" role="status">{ next }</p>
            { problem(trouble.map(|trouble| hand.language.trouble(trouble))) }
            <div class="o-ways">
                { for more }
                { hand.button("supervisor-done", Press::Close, Text::Finish, ButtonStyle::Go) }
            </div>
        </>
    }
}
