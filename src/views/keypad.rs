//! A keypad made for fingers.

use scantill_till::Press;
use scantill_types::Money;
use yew::prelude::*;

use super::element::{tag, text};
use super::hand::{Hand, Weight};
use crate::texts::Word;

pub(super) fn keypad(amount: Money, hand: Hand) -> Html {
    let digits = (1..=9).map(|digit| digit_key(digit, hand));
    let double_zero = key(
        AttrValue::Static("double-zero"),
        hand.said(Word::DoubleZero),
        text(AttrValue::Static("00")),
        Press::DoubleZero,
        hand,
    );
    let delete = key(AttrValue::Static("delete"), hand.said(Word::Delete), backspace(), Press::Delete, hand);
    let keys = digits.chain([double_zero, digit_key(0, hand), delete]);
    let label = hand.word(Word::Keypad);
    let keys =
        tag!("div", "class" = "keypad", "role" = "group", "aria-label" = label).children(keys.collect());
    let charge = hand.action("charge", Press::Charge, hand.language.charge(amount).into(), Weight::Go);
    let heading = tag!("h1", "class" = "unseen").text(hand.word(Word::Amount));
    [heading.html(), keys.html(), charge].into_iter().collect()
}

fn digit_key(digit: u8, hand: Hand) -> Html {
    let label = AttrValue::from(digit.to_string());
    let face = text(label.clone());
    key(format!("digit-{digit}").into(), label, face, Press::Digit(digit), hand)
}

fn key(name: AttrValue, label: AttrValue, face: Html, press: Press, hand: Hand) -> Html {
    let name = hand.press(name, press);
    let key = name.clone();
    tag!("button", "type" = "button", "data-action" = name, "aria-label" = label).key(&key).child(face).html()
}

fn backspace() -> Html {
    let path = tag!("path", "d" = "M10 3h18v18H10L2 12zM15 8l8 8M23 8l-8 8");
    tag!("svg", "viewBox" = "0 0 32 24", "aria-hidden" = "true").element(path).html()
}
