//! What every view needs: the language, and a list of the actions of its buttons.

use std::cell::RefCell;

use scantill_till::Press;
use yew::prelude::*;

use super::element::tag;
use crate::texts::{Language, Text};
use scantill_till::scanner_panel::ScannerCommand;

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ButtonStyle {
    /// The main action.
    Go,
    Plain,
    /// A small one in a line of text.
    Chip,
    /// A small one that attracts attention.
    Call,
}

impl ButtonStyle {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Plain => "plain",
            Self::Chip => "chip",
            Self::Call => "chip call",
        }
    }
}

/// The frame passes it to each view.
#[derive(Clone, Copy)]
pub(crate) struct ViewContext<'a> {
    pub(crate) language: Language,
    pub(crate) deeds: &'a Deeds,
}

/// The actions of the painted buttons, by their names. The root receives a click and looks here.
#[derive(Default)]
pub(crate) struct Deeds(RefCell<Vec<(AttrValue, Deed)>>);

/// The action of a button.
#[derive(Clone)]
pub(crate) enum Deed {
    Press(Press),
    /// Does not concern the sale.
    ScannerCommand(ScannerCommand),
}

impl Deeds {
    /// A new painting begins.
    pub(crate) fn clear(&self) {
        self.0.borrow_mut().clear();
    }

    pub(crate) fn find(&self, name: &str) -> Option<Deed> {
        let deeds = self.0.borrow();
        deeds.iter().find(|(known, _)| known.as_str() == name).map(|(_, deed)| deed.clone())
    }
}

impl ViewContext<'_> {
    pub(super) fn word(self, word: Text) -> &'static str {
        self.language.word(word)
    }

    /// A word as an attribute, without a copy.
    pub(super) fn said(self, word: Text) -> AttrValue {
        AttrValue::Static(self.word(word))
    }

    /// A button; `data-action` names it in every language.
    pub(super) fn action(
        self,
        name: &'static str,
        press: Press,
        label: AttrValue,
        weight: ButtonStyle,
    ) -> Html {
        button(self.press(AttrValue::Static(name), press), label, weight)
    }

    /// A button that does not concern the sale.
    pub(super) fn act(
        self,
        name: &'static str,
        act: ScannerCommand,
        word: Text,
        weight: ButtonStyle,
    ) -> Html {
        button(self.named(AttrValue::Static(name), Deed::ScannerCommand(act)), self.said(word), weight)
    }

    /// The name of a button that presses, for its `data-action`.
    pub(super) fn press(self, name: AttrValue, press: Press) -> AttrValue {
        self.named(name, Deed::Press(press))
    }

    /// Notes the action of the button of this name.
    pub(super) fn named(self, name: AttrValue, deed: Deed) -> AttrValue {
        self.deeds.0.borrow_mut().push((name.clone(), deed));
        name
    }
}

fn button(name: AttrValue, label: AttrValue, weight: ButtonStyle) -> Html {
    let class = weight.class();
    let key = name.clone();
    tag!("button", "type" = "button", "class" = class, "data-action" = name).key(&key).words(label).html()
}
