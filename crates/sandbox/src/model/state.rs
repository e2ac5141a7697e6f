//! The whole state: plain data, written to a file as it is.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::faults::registry::FaultRegistry;
use crate::model::account::Account;
use crate::model::payer::outcome::Outcome;
use crate::model::payer::wallet::Wallet;
use crate::model::request_log::RequestLog;
use crate::model::schedule::Schedule;
use crate::model::setup::Setup;
use crate::model::switches::Switches;
use crate::model::webhooks::queue::WebhookQueue;
use crate::random::Random;

/// Sets the draws of faults apart from those of ids and waits.
const FAULT_SEED: u64 = 0xFA17_5EED;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) random: Random,
    pub(crate) accounts: Vec<Account>,
    pub(crate) schedule: Schedule,
    pub(crate) wallet: Wallet,
    pub(crate) webhooks: WebhookQueue,
    #[serde(default)]
    pub(crate) switches: Switches,
    #[serde(skip, default = "no_faults")]
    pub(crate) faults: FaultRegistry,
    #[serde(skip)]
    pub(crate) requests: RequestLog,
    /// Outcomes that the control API has ordered for the next charges.
    pub(crate) next_outcomes: VecDeque<Outcome>,
}

impl State {
    /// The faults that the setup asks for.
    pub(crate) fn faults(setup: &Setup) -> FaultRegistry {
        let mut faults = no_faults();
        setup.chaos.start(&mut faults, setup.seed ^ FAULT_SEED);
        faults
    }

    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            random: Random::from_seed(setup.seed),
            accounts: Vec::new(),
            schedule: Schedule::default(),
            wallet: Wallet::default(),
            webhooks: WebhookQueue::for_target(setup.webhook.clone()),
            switches: setup.switches.clone(),
            faults: State::faults(setup),
            requests: RequestLog::default(),
            next_outcomes: VecDeque::new(),
        }
    }
}

fn no_faults() -> FaultRegistry {
    FaultRegistry::seeded(FAULT_SEED)
}
