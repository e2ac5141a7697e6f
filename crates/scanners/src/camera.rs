//! The device's camera as a scanner. It is open while its place is on the screen and the page is visible. A
//! code that it reads twice is a scan like any other.

mod bindings;
mod choice;
mod device;
mod finder;
mod reader;

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_events::EventListener;
use scantill_till::scan::camera::{Reads, identified, rest_ms};
use scantill_till::scan::{Scan, ScanText, Source};
use scantill_till::scanner_panel::{ModuleEvent, ScannerCommand};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, Event, HtmlVideoElement, ShadowRoot};

use crate::texts::Language;
use crate::{Inner, TillCallbacks, clock};
use device::{CameraDevice, Lens};
use finder::Finder;
use reader::{Answer, Reader};

/// Why the camera does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The browser, its user, or the host page forbids it.
    Refused,
    /// The device has none.
    Missing,
    /// Another program has it, or it was unplugged.
    Taken,
    /// The page was loaded without HTTPS: then the browser hides every camera.
    Insecure,
    /// The decoder could not be loaded, or failed.
    Decoder,
}

/// The camera of one till.
pub(crate) struct Camera {
    till: TillCallbacks,
    module: Rc<Inner>,
    session: RefCell<Option<Rc<Session>>>,
}

/// The camera in one place of the screen.
struct Session {
    finder: Finder,
    till: TillCallbacks,
    module: Rc<Inner>,
    phase: RefCell<Phase>,
    /// The number of the present opening: results of an older one are dropped.
    opening: Cell<u32>,
    listeners: RefCell<Vec<EventListener>>,
}

enum Phase {
    Opening,
    Seeing(Seeing),
    Troubled(Trouble),
    /// The page is hidden.
    Away,
}

/// An open camera. Its light goes off when this value is dropped.
struct Seeing {
    device: CameraDevice,
    reader: Rc<Reader>,
    _ended: EventListener,
}

/// The state that is painted.
#[derive(Clone, Copy, Debug)]
enum Sight {
    Opening,
    Seeing(Lens),
    Troubled(Trouble),
}

/// Whether the browser shows cameras to this page. Without HTTPS it shows none.
pub(crate) fn is_shown() -> bool {
    bindings::media_devices().is_some()
}

impl Camera {
    pub(crate) fn new(till: TillCallbacks, module: Rc<Inner>) -> Self {
        Self { till, module, session: RefCell::default() }
    }

    /// Closes the camera, so that it opens anew.
    pub(crate) fn close(&self) {
        drop(self.session.take());
    }

    /// Opens the camera in its place, if it is wanted and the place exists; closes it otherwise.
    pub(crate) fn stand(&self, root: &ShadowRoot, wanted: bool) {
        let place = root.query_selector("[data-place=camera]").ok().flatten();
        let wanted = place.as_ref().filter(|_| wanted);
        let session = self.session.take();
        if let Some(session) = &session
            && wanted.is_some_and(|place| session.finder.stands_in(place))
        {
            session.paint();
            *self.session.borrow_mut() = Some(session.clone());
            return;
        }
        drop(session);
        let (Some(place), Some(language)) = (wanted, self.module.language.get()) else { return };
        crate::parts::adopt_styles(root);
        *self.session.borrow_mut() =
            Some(Session::open(place, language, self.till.clone(), self.module.clone()));
    }
}

impl Session {
    fn open(place: &Element, language: Language, till: TillCallbacks, module: Rc<Inner>) -> Rc<Self> {
        let session = Rc::new(Self {
            finder: Finder::open(place, language),
            till,
            module,
            phase: RefCell::new(Phase::Away),
            opening: Cell::default(),
            listeners: RefCell::default(),
        });
        *session.listeners.borrow_mut() = session.listen(place);
        session.begin();
        session
    }

    fn listen(self: &Rc<Self>, place: &Element) -> Vec<EventListener> {
        let on = |target: &web_sys::EventTarget, kind: &'static str, act: fn(&Rc<Self>, &Event)| {
            let weak = Rc::downgrade(self);
            EventListener::new(target, kind, move |event| {
                if let Some(session) = weak.upgrade() {
                    act(&session, event);
                }
            })
        };
        let mut listeners = vec![on(place, "click", Self::pressed), on(place, "input", Self::zoomed)];
        if let Some(window) = web_sys::window() {
            listeners.push(on(&window, "pagehide", |session, _| session.leave()));
            listeners.extend(
                window
                    .document()
                    .map(|document| on(&document, "visibilitychange", |session, _| session.look_up())),
            );
        }
        listeners
    }

    /// Asks the browser for the camera.
    fn begin(self: &Rc<Self>) {
        self.opening.set(self.opening.get().wrapping_add(1));
        let (opening, weak) = (self.opening.get(), Rc::downgrade(self));
        let chosen = self.module.known.borrow().state.camera.choice;
        self.turn(Phase::Opening);
        spawn_local(async move {
            let opened = open(chosen).await;
            let session = weak.upgrade().filter(|session| session.opening.get() == opening);
            match (session, opened) {
                (Some(session), Ok((device, reader))) => session.see(device, reader),
                (Some(session), Err(trouble)) => session.turn(Phase::Troubled(trouble)),
                // A device that arrives too late is closed by its guard.
                (None, Ok((_, reader))) => reader.end(),
                (None, Err(_)) => {}
            }
        });
    }

    fn see(self: &Rc<Self>, device: CameraDevice, reader: Reader) {
        let (reader, weak) = (Rc::new(reader), Rc::downgrade(self));
        let ended = EventListener::new(device.track(), "ended", move |_| {
            if let Some(session) = weak.upgrade() {
                session.trouble(Trouble::Taken);
            }
        });
        let video = self.finder.show(device.stream());
        spawn_local(look(Rc::downgrade(self), self.opening.get(), reader.clone(), video));
        self.turn(Phase::Seeing(Seeing { device, reader, _ended: ended }));
    }

    fn trouble(&self, trouble: Trouble) {
        self.opening.set(self.opening.get().wrapping_add(1));
        self.turn(Phase::Troubled(trouble));
    }

    fn turn(&self, phase: Phase) {
        // The old phase may send events while it is dropped.
        drop(self.phase.replace(phase));
        self.paint();
    }

    fn paint(&self) {
        let sight = match &*self.phase.borrow() {
            Phase::Opening | Phase::Away => Sight::Opening,
            Phase::Seeing(seeing) => Sight::Seeing(seeing.device.lens()),
            Phase::Troubled(trouble) => Sight::Troubled(*trouble),
        };
        self.finder.paint(sight);
    }

    /// The light goes off while nobody can see the page.
    fn leave(&self) {
        self.opening.set(self.opening.get().wrapping_add(1));
        self.turn(Phase::Away);
        if !self.module.known.borrow().state.camera.auto_open {
            self.module.command(ScannerCommand::Camera(false));
        }
    }

    fn look_up(self: &Rc<Self>) {
        let hidden = web_sys::window().and_then(|window| window.document()).is_some_and(|page| page.hidden());
        let away = matches!(*self.phase.borrow(), Phase::Away);
        match (hidden, away) {
            (true, false) => self.leave(),
            (false, true) => self.begin(),
            _ => {}
        }
    }

    fn pressed(self: &Rc<Self>, event: &Event) {
        match finder::pressed(event).as_deref() {
            Some("camera-off") => self.module.command(ScannerCommand::Camera(false)),
            Some("camera-again") => self.begin(),
            Some("camera-next") => self.begin_next(),
            Some("camera-light") => {
                if let Phase::Seeing(seeing) = &*self.phase.borrow() {
                    let (turning, session) = (seeing.device.turn_light(), self.clone());
                    spawn_local(async move {
                        turning.await;
                        session.paint();
                    });
                }
            }
            _ => {}
        }
    }

    /// Opens the next camera and remembers it.
    fn begin_next(self: &Rc<Self>) {
        let next = match &*self.phase.borrow() {
            Phase::Seeing(seeing) => seeing.device.next(),
            _ => None,
        };
        if let Some(next) = next {
            self.module.known.borrow_mut().state.camera.choice = next;
            self.module.command(ScannerCommand::CameraChoice(next));
            self.begin();
        }
    }

    fn zoomed(self: &Rc<Self>, event: &Event) {
        if let (Phase::Seeing(seeing), Some(zoom)) = (&*self.phase.borrow(), finder::zoom(event)) {
            seeing.device.zoom(zoom);
        }
    }

    fn tell(&self, text: String) {
        if self.till.takes_scans() {
            let at_ms = crate::whole(clock::now_ms());
            let scan = Scan { text: ScanText::new(text), at_ms };
            self.till.tell(&ModuleEvent::Scan(Source::Camera, scan));
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.finder.clear();
    }
}

impl Drop for Seeing {
    fn drop(&mut self) {
        self.reader.end();
    }
}

async fn open(chosen: u32) -> Result<(CameraDevice, Reader), Trouble> {
    let device = device::open(chosen).await?;
    let reader = Reader::start().await.map_err(|_| Trouble::Decoder)?;
    Ok((device, reader))
}

/// Decodes one picture after the other, with a pause between, as long as this opening lasts. Pictures during
/// a decode are skipped.
async fn look(weak: Weak<Session>, opening: u32, reader: Rc<Reader>, video: HtmlVideoElement) {
    let lasts = || weak.upgrade().filter(|session| session.opening.get() == opening);
    let mut reads = Reads::default();
    while lasts().is_some() {
        let began_ms = clock::now_ms();
        let answer = reader.read(&video).await;
        let Some(session) = lasts() else { return };
        let now_ms = clock::now_ms();
        match answer {
            Answer::Code { text, format } => {
                let (next, is_given) = reads.with(&text, now_ms);
                reads = next;
                if is_given {
                    session.tell(identified(&text, &format));
                }
            }
            Answer::Nothing => reads = reads.without_code(),
            Answer::Broken => return session.trouble(Trouble::Decoder),
        }
        drop(session);
        clock::rest(rest_ms(now_ms - began_ms)).await;
    }
}
