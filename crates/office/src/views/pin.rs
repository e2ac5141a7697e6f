//! The PIN: dots for its digits, and a pad of large keys.

use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Approving, Facts, Notice, PIN_DIGITS_MAX, Press};
use crate::texts;

pub(super) fn pin(facts: &Facts, approving: &Approving, hand: Hand) -> Html {
    let Approving { order, pin, busy, notice, .. } = approving;
    let money = facts.payment.as_ref().map(|payment| payment.money());
    let told = match notice {
        Some(Notice::Trouble(trouble)) => Some(texts::trouble(*trouble)),
        Some(Notice::Scanned) => Some(texts::SCANNED),
        Some(Notice::Forgotten) => Some(texts::FORGOTTEN),
        Some(Notice::TooShort) => Some(texts::TOO_SHORT),
        None => None,
    };
    let dots = (0..pin.len().min(PIN_DIGITS_MAX)).map(|index| html! { <i key={index}>{ "●" }</i> });
    html! {
        <>
            { heading(texts::approve(order, money)) }
            <p class="o-hint">{ texts::TYPE_PIN }</p>
            <p class="o-dots" aria-hidden="true">{ for dots }</p>
            <p class="o-aloud" role="status">{ texts::digits(pin.len()) }</p>
            { problem(told) }
            { hand.pad(("pad-clear", texts::CLEAR, Press::Clear), *busy) }
            <div class="o-ways">
                { hand.button("supervisor-back", Press::Back, texts::BACK, ButtonStyle::Plain) }
                <button key="send" type="button" class="o-go" data-action="pin-send" disabled={*busy || !pin.is_long_enough()}
                    onclick={hand.pressing(Press::Next)}>{ if *busy { texts::SENDING } else { texts::APPROVE } }</button>
            </div>
        </>
    }
}
