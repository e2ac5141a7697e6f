//! The one component with a state: the scene as the shell last told it, and where the focus was.

use scantill_core::till::{Input, Press, Screen};
use yew::prelude::*;

use super::frame::frame;
use super::hand::Hand;
use crate::effects::host::Outside;
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
    had_focus: bool,
    shown: Option<Shown>,
}

/// The scene may have changed.
pub(super) struct Changed;

/// What a change of focus follows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shown {
    screen: &'static str,
    typing: bool,
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
        Self { scene: shell.scene(), on_press, had_focus: false, shown: None }
    }

    fn update(&mut self, ctx: &Context<Self>, Changed: Changed) -> bool {
        let scene = ctx.props().shell.scene();
        self.had_focus = ctx.props().outside.has_focus();
        let changed = scene != self.scene;
        self.scene = scene;
        changed
    }

    fn view(&self, _: &Context<Self>) -> Html {
        frame(&self.scene, Hand { language: Language::default(), on_press: &self.on_press })
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let shown = Shown::of(&self.scene.view.screen);
        if self.shown.replace(shown) == Some(shown) {
            return;
        }
        let outside = &ctx.props().outside;
        outside.name_screen(shown.screen);
        // A new screen takes the focus only from an old one, never from the page around it.
        if shown.typing {
            outside.focus("[data-field=code]");
        } else if self.had_focus {
            outside.focus("[tabindex='-1']");
        }
    }
}

impl Shown {
    fn of(screen: &Screen) -> Self {
        let typing = matches!(screen, Screen::Scan { typed: Some(_), .. });
        Self { screen: screen.name(), typing }
    }
}
