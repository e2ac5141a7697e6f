//! The first step: the choice of an action.

use yew::prelude::*;

use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Action, Facts, Press, Trouble};
use crate::texts::Text;

pub(super) fn loading(trouble: Option<Trouble>, hand: Hand) -> Html {
    let again =
        trouble.map(|_| hand.button("supervisor-again", Press::LookAgain, Text::TryAgain, ButtonStyle::Go));
    html! {
        <>
            { heading(hand.language.word(Text::Loading)) }
            { problem(trouble.map(|trouble| hand.language.trouble(trouble))) }
            <div class="o-ways">{ for again }</div>
        </>
    }
}

pub(super) fn choosing(facts: &Facts, trouble: Option<Trouble>, busy: bool, hand: Hand) -> Html {
    let actions = facts.actions();
    let title = if actions.is_empty() { Text::NothingToDecide } else { Text::WhatNow };
    let choices = actions.into_iter().map(|action| choice(action, hand));
    let again = if busy { Text::Looking } else { Text::LookAgain };
    html! {
        <>
            { heading(hand.language.word(title)) }
            { problem(trouble.map(|trouble| hand.language.trouble(trouble))) }
            <div class="o-choices">{ for choices }</div>
            <div class="o-ways">
                { hand.button("supervisor-look-again", Press::LookAgain, again, ButtonStyle::Plain) }
            </div>
        </>
    }
}

fn choice(action: Action, hand: Hand) -> Html {
    let name = action.name();
    let (label, hint) = hand.language.action(action);
    html! {
        <button key={name} type="button" class="o-choice" data-action={name} onclick={hand.pressing(Press::Choose(action))}>
            <b>{ label }</b><span>{ hint }</span>
        </button>
    }
}

/// A step's title. It takes the focus.
pub(super) fn heading(text: impl Into<AttrValue>) -> Html {
    html! { <h2 tabindex="-1" id="o-title">{ text.into() }</h2> }
}

/// What went wrong. The element always exists, so that a screen reader reads a change.
pub(super) fn problem(text: Option<&'static str>) -> Html {
    html! { <p class="o-problem" role="alert">{ for text.map(|text| html! { <span>{ text }</span> }) }</p> }
}
