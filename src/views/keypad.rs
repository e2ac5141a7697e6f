//! A keypad made for fingers.

use scantill_core::Money;
use scantill_core::till::Press;
use yew::prelude::*;

use super::hand::{Hand, Weight};
use crate::texts::Word;

pub(super) fn keypad(amount: Money, hand: Hand) -> Html {
    let digits = (1..=9).map(|digit| digit_key(digit, hand));
    let double_zero =
        key("double-zero", hand.word(Word::DoubleZero).into(), "00".into(), Press::DoubleZero, hand);
    let delete = key("delete", hand.word(Word::Delete).into(), backspace(), Press::Delete, hand);
    let keys = digits.chain([double_zero, digit_key(0, hand), delete]);
    html! {
        <>
            <h1 class="unseen">{ hand.word(Word::Amount) }</h1>
            <div class="keypad" role="group" aria-label={hand.word(Word::Keypad)}>{ for keys }</div>
            { hand.action("charge", Press::Charge, hand.language.charge(amount).into(), Weight::Go) }
        </>
    }
}

fn digit_key(digit: u8, hand: Hand) -> Html {
    let label = AttrValue::from(digit.to_string());
    let face = label.clone().into();
    key(format!("digit-{digit}"), label, face, Press::Digit(digit), hand)
}

fn key(name: impl Into<AttrValue>, label: AttrValue, face: Html, press: Press, hand: Hand) -> Html {
    let name = hand.press(name, press);
    html! { <button key={name.as_str()} type="button" data-action={name} aria-label={label}>{ face }</button> }
}

fn backspace() -> Html {
    html! {
        <svg viewBox="0 0 32 24" aria-hidden="true"><path d="M10 3h18v18H10L2 12zM15 8l8 8M23 8l-8 8" /></svg>
    }
}
