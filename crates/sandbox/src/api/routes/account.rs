//! `/account` and `/capability`.

use crate::api::call::{Answer, Call};
use crate::api::render::account;
use crate::api::routes::showing;
use crate::model::turn::Turn;

pub(crate) fn show(turn: &mut Turn<'_>, call: &Call) -> Answer {
    showing(turn, call, |turn, version| account::view(turn.account(call.owner()), version))
}

pub(crate) fn capability(turn: &mut Turn<'_>, call: &Call) -> Answer {
    showing(turn, call, |turn, version| account::capability(&turn.world.switches.source_types, version))
}
