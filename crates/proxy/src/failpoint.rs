//! Places where the process may be told to die, so that a test sees what it leaves behind. Without the feature
//! `failpoints`, which no release has, nothing of this is in the program.
//!
//! `SCANTILL_FAILPOINT=AnswerUnread:2` ends the process when that place is reached for the second time: at once, without
//! unwinding, without flushing, as a power cut would.

/// A place, by what has happened and what has not.
#[derive(Clone, Copy)]
#[cfg_attr(feature = "failpoints", derive(Debug))]
pub(crate) enum Failpoint {
    /// A PUT is about to be written down.
    BeforeCreate,
    /// It is written down, and nothing is sent.
    AfterCreate,
    /// Half of a money POST has left.
    #[cfg(feature = "failpoints")]
    MidSend,
    /// The answer to a money POST begins to come.
    AnswerUnread,
    /// It was read, and is not written down.
    AnswerUnstored,
    /// A group of writes is about to be committed.
    Uncommitted,
    /// It is committed, and nobody was told.
    Untold,
    /// A webhook is verified, and not kept.
    WebhookNotStored,
    /// It is kept, and nobody follows it.
    WebhookUnconfirmed,
    /// What it hinted at was read and written down.
    WebhookConfirmed,
    /// A charge was read, and that is not written down.
    ReadUnstored,
    /// An expire was answered, and that is not written down.
    ExpireUnstored,
    /// The expire of a duplicate charge is written down, and not sent.
    DuplicateExpireUnsent,
    /// A refund was answered, and that is not written down.
    RefundUnstored,
}

/// Here the process dies if it was told to.
#[cfg(not(feature = "failpoints"))]
pub(crate) const fn reach(_: Failpoint) {}

#[cfg(feature = "failpoints")]
pub(crate) use armed::{reach, torn};

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use futures_util::stream::{self, StreamExt};

    use super::Failpoint;

    /// So long a sent half takes at most to reach the other side of a test.
    const HALF_SENT: Duration = Duration::from_millis(100);

    struct Armed {
        place: String,
        times_left: AtomicU32,
    }

    static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let order = std::env::var("SCANTILL_FAILPOINT").ok()?;
        let (place, times) = order.split_once(':').unwrap_or((&order, "1"));
        Some(Armed { place: place.to_owned(), times_left: AtomicU32::new(times.parse().ok()?) })
    });

    /// Here the process dies if it was told to.
    pub(crate) fn reach(point: Failpoint) {
        if is_time(point) {
            std::process::abort();
        }
    }

    /// The body of a money POST, of which only the half leaves if the process was told to die in its middle.
    pub(crate) fn torn(body: Vec<u8>, is_money: bool) -> reqwest::Body {
        if !is_money || !is_time(Failpoint::MidSend) {
            return body.into();
        }
        let half = body[..body.len() / 2].to_vec();
        let rest = stream::once(async {
            tokio::time::sleep(HALF_SENT).await;
            std::process::abort()
        });
        let first = stream::iter([Ok::<Vec<u8>, std::convert::Infallible>(half)]);
        reqwest::Body::wrap_stream(first.chain(rest))
    }

    fn is_time(point: Failpoint) -> bool {
        let named = ARMED.as_ref().filter(|armed| armed.place == format!("{point:?}"));
        named.is_some_and(|armed| armed.times_left.fetch_sub(1, Ordering::Relaxed) == 1)
    }
}
