//! The one component with a state: the machine, its timers, and the keys.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use scantill_types::PaymentId;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::hand::Hand;
use super::{choosing, details, done, known, pin};
use crate::effects::api::Api;
use crate::effects::keyboard::Keyboard;
use crate::effects::{clock, dialog};
use crate::sheet::{Effect, Input, Press, Question, Request, Sheet, Step, Stroke, Timer};
use crate::texts::Language;

/// Closes the sheet.
#[derive(Clone)]
pub(super) struct Close(Rc<dyn Fn()>);

impl Close {
    pub(super) fn new(close: impl Fn() + 'static) -> Self {
        Self(Rc::new(close))
    }

    pub(super) fn call(&self) {
        (self.0)();
    }
}

#[derive(Clone, Properties)]
pub(super) struct RootProps {
    pub(super) api: Api,
    pub(super) payment: PaymentId,
    pub(super) language: Language,
    pub(super) dialog: HtmlDialogElement,
    pub(super) close: Close,
}

/// The properties never change.
impl PartialEq for RootProps {
    fn eq(&self, other: &Self) -> bool {
        self.payment == other.payment
    }
}

pub(super) struct Root {
    sheet: Sheet,
    on_press: Callback<Press>,
    keyboard: Keyboard,
    idle: Option<Timeout>,
    poll: Option<Timeout>,
    shown: Option<&'static str>,
}

impl Component for Root {
    type Message = Input;
    type Properties = RootProps;

    fn create(ctx: &Context<Self>) -> Self {
        let on_press = ctx.link().callback(Input::Press);
        let on_stroke = ctx.link().callback(input);
        let keyboard = Keyboard::new(move |stroke| on_stroke.emit(stroke));
        let (sheet, effects) = Sheet::start(ctx.props().payment.clone(), &clock::moment());
        let mut root = Self { sheet, on_press, keyboard, idle: None, poll: None, shown: None };
        root.perform(ctx, effects);
        root
    }

    fn update(&mut self, ctx: &Context<Self>, input: Input) -> bool {
        let effects = self.sheet.step(&clock::moment(), input);
        self.perform(ctx, effects);
        self.keyboard.take_digits(self.sheet.takes_digits());
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        frame(&self.sheet, Hand { on_press: &self.on_press, language: ctx.props().language })
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let name = self.sheet.step.name();
        if self.shown.replace(name) != Some(name) {
            dialog::show_step(&ctx.props().dialog, name);
        }
    }
}

impl Root {
    fn perform(&mut self, ctx: &Context<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(question, request) => ask(ctx, question, request),
                Effect::Wait(timer, wait_ms) => self.wait(ctx, timer, wait_ms),
                Effect::Close => ctx.props().close.call(),
            }
        }
    }

    fn wait(&mut self, ctx: &Context<Self>, timer: Timer, wait_ms: u32) {
        let link = ctx.link().clone();
        let waiting = Some(Timeout::new(wait_ms, move || link.send_message(Input::Elapsed(timer))));
        match timer {
            Timer::Idle => self.idle = waiting,
            Timer::Poll => self.poll = waiting,
        }
    }
}

fn ask(ctx: &Context<Root>, question: Question, request: Request) {
    let api = ctx.props().api.clone();
    ctx.link().send_future(async move { Input::Answered(question, api.call(request).await) });
}

fn input(stroke: Stroke) -> Input {
    match stroke {
        Stroke::Digit(digit) => Input::Press(Press::Digit(digit)),
        Stroke::Delete => Input::Press(Press::Delete),
        Stroke::Next => Input::Press(Press::Next),
        Stroke::Scanned => Input::Scanned,
    }
}

fn frame(sheet: &Sheet, hand: Hand) -> Html {
    let shares_its_place = match &sheet.step {
        Step::Refunding(_) => true,
        Step::Approving(approving) => 1 < approving.choices().count(),
        _ => false,
    };
    let keys = shares_its_place.then_some("small");
    html! {
        <div class="o-sheet" lang={hand.language.tag()}>
            { known::known(&sheet.facts, hand) }
            <section class="o-act">
                <div class="o-step" key={sheet.step.name()} data-keys={keys}>{ step(sheet, hand) }</div>
            </section>
        </div>
    }
}

fn step(sheet: &Sheet, hand: Hand) -> Html {
    match &sheet.step {
        Step::Loading { trouble } => choosing::loading(*trouble, hand),
        Step::Choosing { trouble, busy } => choosing::choosing(&sheet.facts, *trouble, *busy, hand),
        Step::GivingBack { why } => details::giving_back(*why, hand),
        Step::Refunding(refunding) => details::refunding(refunding, hand),
        Step::Approving(approving) => pin::pin(&sheet.facts, approving, hand),
        Step::Done { order, trouble, .. } => done::done(sheet, order, *trouble, hand),
    }
}
