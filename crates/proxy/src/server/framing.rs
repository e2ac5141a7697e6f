//! Requests whose end two readers may see at two places (RFC 9112): a proxy before us may have read another one.

use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::Version;
use axum::http::header::{HOST, TRANSFER_ENCODING};
use axum::http::request::Parts;

use super::limits::HEAD_BYTES_MAX;

const CONTENT_LENGTH: &[u8] = b"content-length";

/// Why a request is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadFraming {
    #[error("a request names one Host")]
    Host,
    #[error("a body has a Content-Length or comes in chunks, not both")]
    TwoLengths,
    #[error("a line ends with CR and LF")]
    BareLineFeed,
}

/// The head of a request as its bytes came: hyper leaves out a Content-Length beside chunks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrival(Vec<u8>);

impl Arrival {
    pub(crate) fn fault(&self, request: &Parts) -> Option<BadFraming> {
        let hosts = request.headers.get_all(HOST).iter().count();
        if 1 < hosts || hosts == 0 && request.version == Version::HTTP_11 {
            return Some(BadFraming::Host);
        }
        // Of a request that came together with the one before, the bytes are not known.
        let is_known = self.head().starts_with(request.method.as_str().as_bytes());
        let is_chunked = request.headers.contains_key(TRANSFER_ENCODING);
        if is_chunked && (!is_known || self.lines().any(is_content_length)) {
            return Some(BadFraming::TwoLengths);
        }
        let is_bare = |line: &[u8]| !line.ends_with(b"\r");
        (is_known && self.lines().any(is_bare)).then_some(BadFraming::BareLineFeed)
    }

    /// Empty lines before a request are no part of it (RFC 9112 section 2.2).
    fn head(&self) -> &[u8] {
        let is_of_the_head = |byte: &u8| !matches!(byte, b'\r' | b'\n');
        let begins = self.0.iter().position(is_of_the_head).unwrap_or_default();
        self.0.get(begins..).unwrap_or_default()
    }

    /// Each line of the head without its LF.
    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let lines =
            self.head().split_inclusive(|byte| *byte == b'\n').filter_map(|line| line.strip_suffix(b"\n"));
        lines.take_while(|line| !line.is_empty() && *line != b"\r")
    }
}

fn is_content_length(line: &[u8]) -> bool {
    line.split(|byte| *byte == b':').next().is_some_and(|name| name.eq_ignore_ascii_case(CONTENT_LENGTH))
}

/// How far a connection is with the head of its next request.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<State>);

#[derive(Debug, Default)]
enum State {
    /// Between two requests.
    #[default]
    Idle,
    /// The head's bytes so far.
    Head(Vec<u8>),
    /// A request is being answered.
    Served,
}

impl Progress {
    /// Notes what came. Whether a head began with it.
    pub(super) fn note(&self, bytes: &[u8]) -> bool {
        let mut state = self.state();
        let began = matches!(*state, State::Idle);
        if began {
            *state = State::Head(Vec::new());
        }
        if let State::Head(head) = &mut *state {
            let room = HEAD_BYTES_MAX.saturating_sub(head.len());
            head.extend_from_slice(&bytes[..room.min(bytes.len())]);
        }
        began
    }

    pub(super) fn is_in_head(&self) -> bool {
        matches!(*self.state(), State::Head(_))
    }

    /// The head is there.
    pub(super) fn arrived(&self) -> Arrival {
        match std::mem::replace(&mut *self.state(), State::Served) {
            State::Head(head) => Arrival(head),
            State::Idle | State::Served => Arrival::default(),
        }
    }

    pub(super) fn answered(&self) {
        *self.state() = State::Idle;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
