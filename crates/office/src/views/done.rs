//! The result.

use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Order, Press, Sheet, Trouble};
use crate::texts;

pub(super) fn done(sheet: &Sheet, order: &Order, trouble: Option<Trouble>, hand: Hand) -> Html {
    let (title, next) = texts::done(order, sheet.facts.payment.as_deref(), sheet.refund());
    let more = !sheet.facts.actions().is_empty();
    let more =
        more.then(|| hand.button("supervisor-back", Press::Back, texts::SOMETHING_ELSE, ButtonStyle::Plain));
    html! {
        <>
            { heading(title) }
            <p class="o-next" role="status">{ next }</p>
            { problem(trouble.map(texts::trouble)) }
            <div class="o-ways">
                { for more }
                { hand.button("supervisor-done", Press::Close, texts::DONE, ButtonStyle::Go) }
            </div>
        </>
    }
}
