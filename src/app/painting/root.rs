//! The one component with a state: the last view model of the shell, and the last focus.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_till::{Input, Press, Screen};
use yew::prelude::*;

use super::watch::Watch;
use crate::app::host::HostHandle;
use crate::app::shell::Shell;
use crate::input::code_input::retyped;
use crate::input::gestures::{Gesture, Gestures};
use crate::texts::Language;
use crate::views::{Deed, Deeds, ViewContext, frame, title, without_words};
use scantill_till::scanner_panel::ModuleState;
use scantill_till::view_model::ViewModel;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct RootProps {
    pub(super) shell: Shell,
    pub(super) outside: HostHandle,
}

/// Subscribes to the shell.
pub(super) struct Root {
    view_model: ViewModel,
    /// `None` until its texts are fetched: nothing is painted before.
    language: Option<Language>,
    /// They could not be fetched until now.
    has_no_words: bool,
    deeds: Rc<Deeds>,
    had_focus: bool,
    shown: Option<Shown>,
    called: u32,
    tampering: Tampering,
    watch: Option<Watch>,
    _gestures: Gestures,
}

/// What others did to the painted nodes.
#[derive(Default)]
struct Tampering {
    /// A painted node was changed.
    touched: bool,
    /// How often since the till last had something new to show.
    times: u32,
    calm: Option<Timeout>,
    /// They repeat it again and again.
    goes_on: bool,
    /// How often everything was painted from scratch, and the field's text at that time.
    painting: u32,
    typed: Option<String>,
}

/// The reason of an update.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// The view model may have changed.
    ViewModel,
    /// Others changed painted nodes.
    Touched,
    /// Some time has passed since they did.
    Calm,
}

/// A script that answers each painting by its own change wins for a while; otherwise the page would freeze.
const TIMES_MAX: u32 = 5;
const CALM_MS: u32 = 2_000;

/// The values that decide about a change of focus.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    screen: &'static str,
    focus: FocusOn,
    painting: u32,
}

/// What should have the focus on a screen.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FocusOn {
    Heading,
    /// The field for a code typed by hand.
    Code,
    /// The hidden field, into which an input method may write a scan.
    HiddenInput,
}

impl Component for Root {
    type Message = Changed;
    type Properties = RootProps;

    fn create(ctx: &Context<Self>) -> Self {
        let shell = &ctx.props().shell;
        let changed = ctx.link().callback(|()| Changed::ViewModel);
        shell.subscribe(move || changed.emit(()));
        let deeds: Rc<Deeds> = Rc::default();
        let (done, doing) = (deeds.clone(), shell.clone());
        let root = ctx.props().outside.root();
        let gestures = Gestures::hear(&root, move |gesture| perform(&done, &doing, gesture));
        let touched = ctx.link().callback(|()| Changed::Touched);
        let watch = Watch::over(root, move || touched.emit(()));
        let (tampering, shown) = (Tampering::default(), None);
        Self {
            view_model: shell.view_model(),
            language: shell.language(),
            has_no_words: shell.has_no_words(),
            deeds,
            had_focus: false,
            shown,
            called: 0,
            tampering,
            watch,
            _gestures: gestures,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Changed) -> bool {
        let RootProps { shell, outside } = ctx.props();
        if !shell.is_running() {
            return false;
        }
        let (view_model, language) = (shell.view_model(), shell.language());
        self.had_focus = outside.has_focus();
        let has_no_words = shell.has_no_words();
        let changed =
            view_model != self.view_model || language != self.language || has_no_words != self.has_no_words;
        (self.view_model, self.language, self.has_no_words) = (view_model, language, has_no_words);
        if changed {
            self.tampering.times = 0;
        }
        let touched = message == Changed::Touched || self.watch.as_ref().is_some_and(Watch::is_touched);
        let calm = ctx.link().callback(|()| Changed::Calm);
        let told = self
            .tampering
            .weigh(touched, message == Changed::Calm, || Timeout::new(CALM_MS, move || calm.emit(())));
        // Yew must not touch a tree that others have changed: a missing node may end it.
        let anew = self.tampering.may_paint(changed || told || message == Changed::Calm);
        if anew {
            self.tampering.typed = outside.clear();
        }
        changed || anew || told
    }

    fn view(&self, _: &Context<Self>) -> Html {
        self.deeds.clear();
        let Some(language) = self.language else {
            return if self.has_no_words { without_words() } else { Html::default() };
        };
        let Tampering { painting, goes_on, .. } = self.tampering;
        frame(&self.view_model, painting, goes_on, ViewContext { language, deeds: &self.deeds })
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        self.watch.iter().for_each(Watch::forget);
        let Some(language) = self.language.filter(|_| ctx.props().shell.is_running()) else { return };
        let shown = Shown { painting: self.tampering.painting, ..Shown::of(&self.view_model) };
        let is_new = self.shown.replace(shown) != Some(shown);
        let outside = &ctx.props().outside;
        if is_new {
            outside.name_screen(shown.screen);
        }
        ctx.props().shell.entitle(&title(&self.view_model, language));
        if let Some(typed) = self.tampering.typed.take() {
            outside.refill(&typed);
        }
        let panel = &self.view_model.panel;
        let wants_module = match panel.module {
            ModuleState::NotYet => panel.open || panel.camera.wanted,
            ModuleState::Loaded => true,
            ModuleState::Failed => false,
        };
        if wants_module {
            outside.paint_page(&ctx.props().shell);
        }
        // A new screen takes the focus only from an old one, never from the host page.
        let is_called = std::mem::replace(&mut self.called, self.view_model.called) != self.view_model.called;
        let free = self.view_model.has_scanner_focus
            && (is_called || outside.is_unfocused() || (is_new && self.had_focus));
        match shown.focus {
            FocusOn::Code if is_new => outside.focus("[data-field=code]"),
            FocusOn::HiddenInput if free => outside.focus("[data-catcher]"),
            // A till without the scanner focus must not keep the keys that another one waits for.
            FocusOn::HiddenInput if !self.view_model.has_scanner_focus => {
                outside.blur("[data-catcher]:focus");
            }
            _ if is_new && self.had_focus => outside.focus("[tabindex='-1']"),
            _ => {}
        }
    }
}

impl Tampering {
    /// Counts the changes. True if the cashier must now be shown something else.
    fn weigh(&mut self, touched: bool, calm: bool, wait: impl FnOnce() -> Timeout) -> bool {
        let before = self.goes_on;
        if calm {
            (self.goes_on, self.times, self.calm) = (TIMES_MAX < self.times, 0, None);
        }
        if touched {
            (self.touched, self.times) = (true, self.times.saturating_add(1));
        }
        if (touched || self.goes_on) && self.calm.is_none() {
            self.calm = Some(wait());
        }
        before != self.goes_on
    }

    /// Whether to paint everything from scratch now. The till always paints something new of its own.
    fn may_paint(&mut self, must: bool) -> bool {
        let may = self.touched && (must || self.times <= TIMES_MAX);
        if may {
            (self.touched, self.painting) = (false, self.painting.wrapping_add(1));
        }
        may
    }
}

/// Performs what a hand did.
fn perform(deeds: &Deeds, shell: &Shell, gesture: Gesture) {
    if !shell.is_in_place() {
        return;
    }
    let press = match gesture {
        Gesture::Press(name) => match deeds.find(&name) {
            Some(Deed::Press(press)) => press,
            Some(Deed::ScannerCommand(act)) => return shell.act(act),
            None => return,
        },
        Gesture::Type(field) => Press::Typed(retyped(&field)),
        Gesture::Send(field, _) if field == "code" => Press::SendTyped,
        Gesture::Send(_, text) => Press::Pair(text),
    };
    shell.feed(Input::Press(press));
}

impl Shown {
    fn of(view_model: &ViewModel) -> Self {
        let focus = match &view_model.view.screen {
            _ if view_model.panel.open => FocusOn::HiddenInput,
            Screen::Scan { typed: Some(_) } => FocusOn::Code,
            Screen::Scan { typed: None } => FocusOn::HiddenInput,
            _ => FocusOn::Heading,
        };
        Self { screen: view_model.name(), focus, painting: 0 }
    }
}
