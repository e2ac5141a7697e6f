//! The screen that waits for a code.

use scantill_core::till::{Press, ScanProblem, Screen};
use yew::prelude::*;

use super::hand::{Hand, Weight};
use crate::scanners::{Act, Module, Panel};
use crate::shell::Scene;
use crate::texts::Word;

pub(super) fn scan(scene: &Scene, hand: Hand) -> Html {
    let said = hand.language.screen(&Screen::Scan { typed: None });
    html! {
        <div class="speech">
            <div data-place="camera"></div>
            { aperture() }
            <div class="words">
                <h1 tabindex="-1">{ said.title }</h1>
                <p class="next">{ said.next }</p>
                { catcher(said.title) }
                { problem_line(scene.view.scan_problem, hand) }
            </div>
            <div class="hints">{ for hints(&scene.panel, hand) }</div>
            <div class="choices row">
                { for scene.view.reachable.then(|| ear(scene.ready, hand)) }
                { hand.act("camera", Act::Camera(true), Word::UseCamera, Weight::Plain) }
                { hand.action("type-code", Press::TypeCode, hand.word(Word::TypeCode).into(), Weight::Plain) }
            </div>
        </div>
    }
}

fn hints(panel: &Panel, hand: Hand) -> impl Iterator<Item = Html> {
    let failed = panel.camera.wanted && panel.module == Module::Failed;
    let words = [(panel.muted, Word::Muted), (failed, Word::NotLoaded)].into_iter();
    words.filter(|(holds, _)| *holds).map(move |(_, word)| html! { <p>{ hand.word(word) }</p> })
}

/// Why the last code was not sent, in a place that is always there so that it is read out.
pub(super) fn problem_line(problem: Option<ScanProblem>, hand: Hand) -> Html {
    let told = problem.map(|problem| html! { <span>{ hand.language.scan_problem(problem) }</span> });
    html! { <p class="problem" role="alert">{ for told }</p> }
}

/// A field that nobody sees, for tablets on which a scanner writes by way of an input method. No keyboard comes up for it.
pub(super) fn catcher(label: &'static str) -> Html {
    html! {
        <input class="catcher" data-catcher="" type="text" inputmode="none" autocomplete="off" autocapitalize="off"
            spellcheck="false" tabindex="-1" aria-label={label} />
    }
}

fn ear(ready: bool, hand: Hand) -> Html {
    if ready {
        html! { <span key="ear" class="ear">{ hand.word(Word::ScannerReady) }</span> }
    } else {
        html! { <button key="deaf" type="button" class="plain deaf">{ hand.word(Word::ScannerElsewhere) }</button> }
    }
}

fn aperture() -> Html {
    html! {
        <svg class="aperture" viewBox="0 0 240 132" aria-hidden="true">
            <path class="bars" d="M38 30v72M46 30v72M54 30v72M66 30v72M72 30v72M84 30v72M94 30v72M100 30v72M112 30v72M122 30v72M128 30v72M140 30v72M148 30v72M160 30v72M166 30v72M176 30v72M188 30v72M194 30v72M202 30v72" />
            <path class="line" d="M24 66h192" />
            <path class="corners" d="M6 40V16a10 10 0 0 1 10-10h24M200 6h24a10 10 0 0 1 10 10v24M234 92v24a10 10 0 0 1-10 10h-24M40 126H16a10 10 0 0 1-10-10V92" />
        </svg>
    }
}
