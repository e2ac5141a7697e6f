//! The shape of each outcome: disc paid, octagon not paid, diamond in doubt, ring cancelled, a turning ring
//! at work.

use yew::prelude::*;

use super::element::{Element, tag};

const DISC: &str = "M60 2a58 58 0 1 1 0 116a58 58 0 1 1 0-116z";
const OCTAGON: &str = "M36 2h48l34 34v48l-34 34H36L2 84V36z";
const DIAMOND: &str = "M60 0l60 60-60 60L0 60z";
const RING: &str = "M60 10a50 50 0 1 1 0 100a50 50 0 1 1 0-100z";

/// A full disc with a tick.
pub(super) fn disc() -> Html {
    shape("shape disc", DISC, "M33 62l19 19 36-40")
}

/// An octagon with a cross.
pub(super) fn octagon() -> Html {
    shape("shape octagon", OCTAGON, "M42 42l36 36M78 42L42 78")
}

/// An octagon with an arrow that turns back.
pub(super) fn returned() -> Html {
    shape("shape octagon", OCTAGON, "M50 34L34 50l16 16M34 50h34a17 17 0 0 1 0 34H54")
}

/// An octagon with a bar: stopped before anything was sent.
pub(super) fn stopped() -> Html {
    shape("shape octagon", OCTAGON, "M36 60h48")
}

/// A diamond with a question mark.
pub(super) fn question() -> Html {
    shape("shape diamond", DIAMOND, "M46 48c0-18 28-19 28-2 0 11-14 11-14 24M60 84v.5")
}

/// A diamond with an exclamation mark.
pub(super) fn exclamation() -> Html {
    shape("shape diamond", DIAMOND, "M60 36v30M60 84v.5")
}

/// A hollow ring with a bar across.
pub(super) fn ring() -> Html {
    shape("shape hollow", RING, "M40 60h40")
}

/// A ring that turns while something is under way.
pub(super) fn turning() -> Html {
    canvas("shape turning")
        .element(tag!("circle", "class" = "rail", "cx" = "60", "cy" = "60", "r" = "50"))
        .element(arc("50", AttrValue::Static("100"), AttrValue::Static("22 78")))
        .html()
}

/// A ring that empties, with the remaining time in its middle.
pub(super) fn countdown(seconds_left: u64, seconds: u64) -> Html {
    let left = seconds_left.min(seconds);
    let gone = seconds.saturating_sub(left).max(u64::from(left == 0));
    let whole = seconds.max(1).to_string();
    let ring = tag!("svg", "viewBox" = "0 0 120 120", "aria-hidden" = "true")
        .element(tag!("circle", "class" = "rail", "cx" = "60", "cy" = "60", "r" = "52"))
        .element(arc("52", whole.into(), format!("{left} {gone}").into()));
    tag!("div", "class" = "shape clock", "role" = "timer")
        .element(ring)
        .element(tag!("b").words(format!("{}:{:02}", left / 60, left % 60)))
        .html()
}

fn arc(radius: &'static str, whole: AttrValue, dashes: AttrValue) -> Element {
    tag!(
        "circle",
        "class" = "arc",
        "cx" = "60",
        "cy" = "60",
        "r" = radius,
        "pathLength" = whole,
        "stroke-dasharray" = dashes,
    )
}

fn shape(name: &'static str, body: &'static str, sign: &'static str) -> Html {
    canvas(name)
        .element(tag!("path", "class" = "body", "d" = body))
        .element(tag!("path", "class" = "sign", "d" = sign))
        .html()
}

fn canvas(class: &'static str) -> Element {
    tag!("svg", "class" = class, "viewBox" = "0 0 120 120", "aria-hidden" = "true")
}
