//! A keypad made for fingers.

use scantill_till::Press;
use scantill_types::Money;
use yew::prelude::*;

use super::context::{ButtonStyle, ViewContext};
use super::element::{tag, text};
use crate::texts::{Text, TextWith};

pub(super) fn keypad(amount: Money, context: ViewContext) -> Html {
    let digits = (1..=9).map(|digit| digit_key(digit, context));
    let double_zero = key(
        AttrValue::Static("double-zero"),
        context.said(Text::DoubleZero),
        text(AttrValue::Static("00")),
        Press::DoubleZero,
        context,
    );
    let delete =
        key(AttrValue::Static("delete"), context.said(Text::Delete), backspace(), Press::Delete, context);
    let keys = digits.chain([double_zero, digit_key(0, context), delete]);
    let label = context.word(Text::Keypad);
    let keys =
        tag!("div", "class" = "keypad", "role" = "group", "aria-label" = label).children(keys.collect());
    let charge = context.action(
        "charge",
        Press::Charge,
        context.language.with(TextWith::Charge, &amount).into(),
        ButtonStyle::Go,
    );
    let heading = tag!("h1", "class" = "unseen").text(context.word(Text::Amount));
    [heading.html(), keys.html(), charge].into_iter().collect()
}

fn digit_key(digit: u8, context: ViewContext) -> Html {
    let label = AttrValue::from(digit.to_string());
    let face = text(label.clone());
    key(format!("digit-{digit}").into(), label, face, Press::Digit(digit), context)
}

fn key(name: AttrValue, label: AttrValue, face: Html, press: Press, context: ViewContext) -> Html {
    let name = context.press(name, press);
    let key = name.clone();
    tag!("button", "type" = "button", "data-action" = name, "aria-label" = label).key(&key).child(face).html()
}

fn backspace() -> Html {
    let path = tag!("path", "d" = "M10 3h18v18H10L2 12zM15 8l8 8M23 8l-8 8");
    tag!("svg", "viewBox" = "0 0 32 24", "aria-hidden" = "true").element(path).html()
}
