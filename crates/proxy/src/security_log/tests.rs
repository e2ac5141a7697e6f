//! What the security log counts, and what it says.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use super::*;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logged(act: impl FnOnce(&SecurityLog)) -> String {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone()).finish();
    tracing::subscriber::with_default(subscriber, || act(&SecurityLog::default()));
    String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
}

#[test]
fn an_event_names_its_kind_and_whom_it_is_about() {
    let device = Device {
        id: DeviceId::parse("tablet-1").unwrap(),
        account: "demo".into(),
        store_id: StoreId::parse("store_1").unwrap(),
        store_name: "store 1".into(),
        time_zone: "Asia/Bangkok".into(),
        day_starts_minutes: 0,
        terminal: TerminalId::parse("POS-01").unwrap(),
        session: crate::storage::Session::default(),
    };
    let log = logged(|security| security.note(Kind::WrongPin, &device));
    for part in ["security", "kind=\"wrong_pin\"", "store=store_1", "terminal=POS-01", "device=tablet-1"] {
        assert!(log.contains(part), "{part}: {log}");
    }
    assert!(!log.contains("peer="), "{log}");
}

#[test]
fn a_flood_of_one_kind_hides_no_other() {
    let log = logged(|security| {
        for _ in 0..1_000 {
            security.note(Kind::RefusedToken, Subject::default());
        }
        security.note(Kind::RefusedWebhook, Subject::default());
    });
    assert_eq!(log.matches("refused_token").count(), 10, "{log}");
    assert_eq!(log.matches("refused_webhook").count(), 1, "{log}");
}

#[test]
fn each_kind_has_a_word_and_a_sentence_of_its_own() {
    for (place, kind) in Kind::ALL.iter().enumerate() {
        for other in &Kind::ALL[..place] {
            assert!(kind.as_str() != other.as_str() && kind.sentence() != other.sentence(), "{kind:?}");
        }
    }
}
