//! The way to the scanner's page, and the places that it is painted into by a module that is loaded later.

use yew::prelude::*;

use super::hand::{Deed, Hand, Weight};
use super::scan::catcher;
use crate::scanners::{Act, Module, Panel};
use crate::texts::Word;

/// The way in, in the line that says whose till it is.
pub(super) fn door(hand: Hand) -> Html {
    html! {
        <button key="scanner" type="button" class="door" aria-label={hand.word(Word::Scanner)}
            data-action={hand.named("scanner".into(), Deed::Act(Act::OpenPage))}>
            <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M3 10V4h6M23 4h6v6M29 22v6h-6M9 28H3v-6M9 11v10M13 11v10M18 11v10M23 11v10" /></svg>
        </button>
    }
}

/// The side where something is tried.
pub(super) fn trial(hand: Hand) -> Html {
    html! {
        <section class="sale trial" aria-label={hand.word(Word::Scanner)}>
            <div class="slip" data-place="trial"></div>
            { catcher(hand.word(Word::Scanner)) }
        </section>
    }
}

/// The side of the scanners that there are.
pub(super) fn sources(panel: &Panel, hand: Hand) -> Html {
    if panel.module == Module::Failed {
        html! { <p key="failed" class="problem"><span>{ hand.word(Word::NotLoaded) }</span></p> }
    } else {
        html! { <div key="sources" class="scanners" data-place="sources"></div> }
    }
}

/// The way out.
pub(super) fn done(hand: Hand) -> Html {
    hand.act("close-scanner", Act::ClosePage, Word::ScannerDone, Weight::Plain)
}
