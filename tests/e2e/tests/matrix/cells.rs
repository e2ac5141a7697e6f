//! The table: every state of a sale, times every event. Each cell is a test of its own.

use clap::ValueEnum;

use crate::event::Event;
use crate::state::State;

/// All cells that have a test.
pub(crate) const TESTED: &[(Event, &[State])] = &[
    reload::COLUMN,
    power_cut::COLUMN,
    second_tab::COLUMN,
    storage_cleared::COLUMN,
    new_pairing::COLUMN,
    network_off_and_on::COLUMN,
    proxy_killed::COLUMN,
    element_replaced::COLUMN,
    link_to_another_order::COLUMN,
];

/// The tests of one event, one for each state.
macro_rules! column {
    ($event:ident in $column:ident: $($state:ident as $name:ident),*) => {
        mod $column {
            use super::*;

            pub(super) const COLUMN: (Event, &[State]) = (Event::$event, &[$(State::$state),*]);

            $(
                #[tokio::test]
                async fn $name() -> anyhow::Result<()> {
                    crate::strike::strike(State::$state, Event::$event).await
                }
            )*
        }
    };
}

/// One column for each event.
macro_rules! columns {
    ($($event:ident in $column:ident),*) => {
        $(
            column!($event in $column:
                Scanning as scanning, SendingUnheard as sending_unheard, GivingUp as giving_up, SendingSlowly as sending_slowly,
                Pending as pending, PaidMeanwhile as paid_meanwhile, Cancelling as cancelling,
                Unknown as unknown, Paid as paid, Decide as decide, GivenBack as given_back,
                Supervisor as supervisor, Failed as failed, Expired as expired, Cancelled as cancelled,
                Refused as refused, Starting as starting, Resuming as resuming, OtherAmount as other_amount,
                StrangeStatus as strange_status, ParkedUnknown as parked_unknown,
                ParkedUndecided as parked_undecided, ParkedSupervisor as parked_supervisor,
                HeldElsewhere as held_elsewhere, LookingOn as looking_on, InAnotherTab as in_another_tab);
        )*
    };
}

columns!(
    Reload in reload,
    PowerCut in power_cut,
    SecondTab in second_tab,
    StorageCleared in storage_cleared,
    NewPairing in new_pairing,
    NetworkOffAndOn in network_off_and_on,
    ProxyKilled in proxy_killed,
    ElementReplaced in element_replaced,
    LinkToAnotherOrder in link_to_another_order
);

#[test]
fn every_state_meets_every_event() {
    let cell = |event: Event| move |state: State| (event, state);
    let wanted: Vec<_> = variants(|event: Event| variants(cell(event))).into_iter().flatten().collect();
    let tested: Vec<_> =
        TESTED.iter().flat_map(|(event, states)| states.iter().map(|state| (*event, *state))).collect();
    let missing: Vec<_> = wanted.iter().filter(|cell| !tested.contains(cell)).collect();
    assert!(missing.is_empty(), "cells without a test: {missing:?}");
    assert_eq!(wanted.len(), tested.len(), "a cell is there twice");
}

fn variants<V: ValueEnum + Copy, T>(each: impl Fn(V) -> T) -> Vec<T> {
    V::value_variants().iter().copied().map(each).collect()
}
