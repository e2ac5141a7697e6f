//! `/sources`: made and read with either key.

use crate::api::call::{Answer, Call};
use crate::api::render::source;
use crate::api::routes::{Routed, showing};
use crate::model::source::{Place, Source, SourceWish};
use crate::model::turn::Turn;

pub(crate) fn create(turn: &mut Turn<'_>, call: &Call) -> Routed {
    let rules = turn.source_rules(call.owner());
    let wish = SourceWish::read(&call.parameters, Place::Sources, &rules)?;
    let source = turn.create_source(call.owner(), wish);
    Ok(answer(turn, call, &source).having_made(&source.id))
}

pub(crate) fn show(turn: &mut Turn<'_>, call: &Call, id: &str) -> Routed {
    let source = turn.find_source(call.owner(), id)?.clone();
    Ok(answer(turn, call, &source))
}

fn answer(turn: &mut Turn<'_>, call: &Call, source: &Source) -> Answer {
    showing(turn, call, |turn, version| {
        let used_by = source.charge.as_deref();
        let charge =
            used_by.and_then(|id| turn.find_charge(call.owner(), id).ok().map(|charge| &charge.status));
        source::alone(source, charge, version)
    })
}
