//! The one component with a state: the scene as the shell last told it, and where the focus was.

use scantill_core::till::{Input, Press, Screen};
use yew::prelude::*;

use super::frame::frame;
use super::hand::Hand;
use crate::effects::host::Outside;
use crate::scanners::{Act, Module};
use crate::shell::{Scene, Shell};
use crate::texts::Language;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct RootProps {
    pub(super) shell: Shell,
    pub(super) outside: Outside,
}

/// Subscribes to the shell.
pub(super) struct Root {
    scene: Scene,
    on_press: Callback<Press>,
    on_act: Callback<Act>,
    had_focus: bool,
    shown: Option<Shown>,
    called: u32,
}

/// The scene may have changed.
pub(super) struct Changed;

/// What a change of focus follows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    screen: &'static str,
    focus: FocusOn,
}

/// What a screen would have the focus on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FocusOn {
    Heading,
    /// The field for a code typed by hand.
    Code,
    /// The hidden field, into which an input method may write a scan.
    Catcher,
}

impl Component for Root {
    type Message = Changed;
    type Properties = RootProps;

    fn create(ctx: &Context<Self>) -> Self {
        let shell = &ctx.props().shell;
        let changed = ctx.link().callback(|()| Changed);
        shell.subscribe(move || changed.emit(()));
        let fed = shell.clone();
        let on_press = Callback::from(move |press| fed.feed(Input::Press(press)));
        let acting = shell.clone();
        let on_act = Callback::from(move |act| acting.act(act));
        Self { scene: shell.scene(), on_press, on_act, had_focus: false, shown: None, called: 0 }
    }

    fn update(&mut self, ctx: &Context<Self>, Changed: Changed) -> bool {
        let scene = ctx.props().shell.scene();
        self.had_focus = ctx.props().outside.has_focus();
        let changed = scene != self.scene;
        self.scene = scene;
        changed
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let (on_press, on_act) = (&self.on_press, &self.on_act);
        frame(&self.scene, Hand { language: Language::default(), on_press, on_act })
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let shown = Shown::of(&self.scene);
        let is_new = self.shown.replace(shown) != Some(shown);
        let outside = &ctx.props().outside;
        if is_new {
            outside.name_screen(shown.screen);
        }
        let panel = &self.scene.panel;
        let wants_module = match panel.module {
            Module::NotYet => panel.open || panel.camera.wanted,
            Module::Loaded => true,
            Module::Failed => false,
        };
        if wants_module {
            outside.paint_page(&ctx.props().shell);
        }
        // A new screen takes the focus only from an old one, never from the page around it.
        let is_called = std::mem::replace(&mut self.called, self.scene.called) != self.scene.called;
        let free = self.scene.hears && (is_called || outside.is_unfocused() || (is_new && self.had_focus));
        match shown.focus {
            FocusOn::Code if is_new => outside.focus("[data-field=code]"),
            FocusOn::Catcher if free => outside.focus("[data-catcher]"),
            // A till that is deaf must not keep the keys that another one waits for.
            FocusOn::Catcher if !self.scene.hears => outside.blur("[data-catcher]:focus"),
            _ if is_new && self.had_focus => outside.focus("[tabindex='-1']"),
            _ => {}
        }
    }
}

impl Shown {
    fn of(scene: &Scene) -> Self {
        let focus = match &scene.view.screen {
            _ if scene.panel.open => FocusOn::Catcher,
            Screen::Scan { typed: Some(_) } => FocusOn::Code,
            Screen::Scan { typed: None } => FocusOn::Catcher,
            _ => FocusOn::Heading,
        };
        Self { screen: scene.name(), focus }
    }
}
