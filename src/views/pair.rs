//! A tablet that is not paired, or not any more.

use scantill_core::till::Screen;
use yew::prelude::*;

use super::hand::Hand;
use crate::texts::Word;

pub(super) fn pair(screen: &Screen, hand: Hand) -> Html {
    let said = hand.language.screen(screen);
    let problem = match screen {
        Screen::Pair { problem: Some(problem), .. } => Some(hand.language.pair_problem(problem)),
        _ => None,
    };
    html! {
        <form class="speech by-hand">
            <div class="words">
                <h1 tabindex="-1">{ said.title }</h1>
                <p class="next">{ said.next }</p>
            </div>
            <label class="words">
                <span class="label">{ hand.word(Word::PairingCode) }</span>
                <input type="text" data-field="pairing-code" autocomplete="off" autocapitalize="characters"
                    spellcheck="false" enterkeyhint="go" aria-invalid={problem.is_some().to_string()} />
            </label>
            <p class="problem" role="alert">{ for problem.map(|problem| html! { <span>{ problem }</span> }) }</p>
            <div class="choices">
                <button type="submit" class="go" data-action="pair">{ hand.word(Word::Pair) }</button>
            </div>
        </form>
    }
}
