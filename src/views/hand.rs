//! What every view needs: the language, and where a press goes.

use scantill_core::till::Press;
use yew::prelude::*;

use crate::scanners::Act;
use crate::texts::{Language, Word};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// The one thing to do.
    Go,
    Plain,
    /// A small one in a line of text.
    Chip,
    /// A small one that calls.
    Call,
}

impl Weight {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Plain => "plain",
            Self::Chip => "chip",
            Self::Call => "chip call",
        }
    }
}

/// Handed down from the frame to each view.
#[derive(Clone, Copy)]
pub(super) struct Hand<'a> {
    pub(super) language: Language,
    pub(super) on_press: &'a Callback<Press>,
    /// For what is no matter of the sale.
    pub(super) on_act: &'a Callback<Act>,
}

impl Hand<'_> {
    pub(super) fn word(self, word: Word) -> &'static str {
        self.language.word(word)
    }

    /// A button; `data-action` names it in every language.
    pub(super) fn action(self, name: &'static str, press: Press, label: AttrValue, weight: Weight) -> Html {
        let class = weight.class();
        let onclick = self.pressing(press);
        html! { <button key={name} type="button" {class} data-action={name} {onclick}>{ label }</button> }
    }

    /// A button that is no matter of the sale.
    pub(super) fn act(self, name: &'static str, act: Act, word: Word, weight: Weight) -> Html {
        let class = weight.class();
        let onclick = self.acting(act);
        html! { <button key={name} type="button" {class} data-action={name} {onclick}>{ self.word(word) }</button> }
    }

    /// A callback for what is no matter of the sale.
    pub(super) fn acting(self, act: Act) -> Callback<MouseEvent> {
        let on_act = self.on_act.clone();
        Callback::from(move |_| on_act.emit(act))
    }

    /// A callback that presses.
    pub(super) fn pressing(self, press: Press) -> Callback<MouseEvent> {
        let on_press = self.on_press.clone();
        Callback::from(move |_| on_press.emit(press.clone()))
    }

    /// A form that presses when it is sent, by a button or by Enter.
    pub(super) fn sending(self, press: impl Fn(&SubmitEvent) -> Press + 'static) -> Callback<SubmitEvent> {
        let on_press = self.on_press.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            on_press.emit(press(&event));
        })
    }
}
