//! What every view needs: the sender of presses, and the language.

use yew::prelude::*;

use crate::sheet::Press;
use crate::texts::{Language, Text};

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ButtonStyle {
    /// The step's big button.
    Go,
    Plain,
    /// A key of the pad.
    Key,
}

impl ButtonStyle {
    fn class(self) -> &'static str {
        match self {
            Self::Go => "o-go",
            Self::Plain => "o-plain",
            Self::Key => "o-key",
        }
    }
}

/// The root passes it to each view.
#[derive(Clone, Copy)]
pub(super) struct Hand<'a> {
    pub(super) on_press: &'a Callback<Press>,
    pub(super) language: Language,
}

impl Hand<'_> {
    pub(super) fn pressing(self, press: Press) -> Callback<MouseEvent> {
        let on_press = self.on_press.clone();
        Callback::from(move |_| on_press.emit(press))
    }

    /// A button; `data-action` names it in every language.
    pub(super) fn button(self, name: &'static str, press: Press, label: Text, style: ButtonStyle) -> Html {
        html! {
            <button key={name} type="button" class={style.class()} data-action={name} onclick={self.pressing(press)}>
                { self.language.word(label) }
            </button>
        }
    }

    /// One of several choices, of which one is selected.
    pub(super) fn option(self, name: &'static str, press: Press, label: &'static str, holds: bool) -> Html {
        html! {
            <button key={name} type="button" class="o-choice" role="radio" aria-checked={holds.to_string()}
                data-action={name} onclick={self.pressing(press)}>{ label }</button>
        }
    }

    /// A pad of digits. It leaves the focus unchanged, so that Enter on a keyboard does not press one of its
    /// keys again.
    pub(super) fn pad(self, last: (&'static str, &'static str, Press), disabled: bool) -> Html {
        let digits =
            (1..=9).chain([0]).map(|digit: u8| self.key(DIGITS[usize::from(digit)], digit, disabled));
        let mut keys: Vec<Html> = digits.collect();
        let zero = keys.pop();
        let (name, label, press) = last;
        let other = html! {
            <button key={name} type="button" class="o-key o-word" data-action={name} {disabled}
                onclick={self.pressing(press)}>{ label }</button>
        };
        let delete = html! {
            <button key="delete" type="button" class="o-key" data-action="pad-delete" aria-label={self.language.word(Text::Delete)} {disabled}
                onclick={self.pressing(Press::Delete)}>
                <svg viewBox="0 0 32 24" aria-hidden="true"><path d="M10 3h19v18H10L2 12zM15 8l8 8M23 8l-8 8" /></svg>
            </button>
        };
        keys.extend(std::iter::once(other).chain(zero).chain([delete]));
        let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
        html! { <div class="o-pad" {onmousedown}>{ for keys }</div> }
    }

    fn key(self, name: &'static str, digit: u8, disabled: bool) -> Html {
        html! {
            <button key={name} type="button" class={ButtonStyle::Key.class()} data-action={name} {disabled}
                onclick={self.pressing(Press::Digit(digit))}>{ digit }</button>
        }
    }
}

const DIGITS: [&str; 10] =
    ["pad-0", "pad-1", "pad-2", "pad-3", "pad-4", "pad-5", "pad-6", "pad-7", "pad-8", "pad-9"];
