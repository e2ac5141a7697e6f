//! The PIN: dots for its digits, and a pad of large keys.

use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Approving, Facts, PIN_DIGITS_MAX, Press};
use crate::texts::Text;

pub(super) fn pin(facts: &Facts, approving: &Approving, hand: Hand) -> Html {
    let Approving { order, pin, busy, notice, needs_two, .. } = approving;
    let told = notice.as_ref().map(|notice| hand.language.notice(notice));
    let dots = (0..pin.len().min(PIN_DIGITS_MAX)).map(|index| html! { <i key={index}>{ "●" }</i> });
    let is_first_of_two = *needs_two && !approving.waits_for_the_second();
    let label = match (busy, is_first_of_two) {
        (true, _) => Text::Sending,
        (false, true) => Text::Next,
        (false, false) => Text::Approve,
    };
    html! {
        <>
            { heading(hand.language.approval(order, facts.payment.as_deref())) }
            <p class="o-hint">{ hand.language.type_pin(*needs_two, approving.waits_for_the_second()) }</p>
            { people(approving, hand) }
            <p class="o-dots" aria-hidden="true">{ for dots }</p>
            <p class="o-aloud" role="status">{ hand.language.digits(pin.len()) }</p>
            { problem(told) }
            { hand.pad(("pad-clear", hand.language.word(Text::Clear), Press::Clear), *busy) }
            <div class="o-ways">
                { hand.button("supervisor-back", Press::Back, Text::Back, ButtonStyle::Plain) }
                <button key="send" type="button" class="o-go" data-action="pin-send" disabled={*busy || !pin.is_long_enough()}
                    onclick={hand.pressing(Press::Next)}>{ hand.language.word(label) }</button>
            </div>
        </>
    }
}

/// The choice of the supervisor. A single supervisor needs no choice.
fn people(approving: &Approving, hand: Hand) -> Html {
    match approving.supervisors.as_deref() {
        None => hand.button("supervisor-again", Press::LookAgain, Text::ReadPeopleAgain, ButtonStyle::Plain),
        Some([]) => html! { <p class="o-hint">{ hand.language.word(Text::NoSupervisor) }</p> },
        Some(_) => {
            let choices = approving.choices().map(|(place, name)| person(approving, place, name, hand));
            html! { <div class="o-people" role="radiogroup" aria-label={hand.language.word(Text::WhoTypes)}>{ for choices }</div> }
        }
    }
}

fn person(approving: &Approving, place: usize, name: &str, hand: Hand) -> Html {
    let holds = (approving.who == Some(place)).to_string();
    html! {
        <button key={place} type="button" role="radio" aria-checked={holds} data-action={format!("who-{place}")} disabled={approving.busy}
            onclick={hand.pressing(Press::Who(place))}>{ name.to_owned() }</button>
    }
}
