//! The whole state: plain data, written to a file as it is.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::control::faults::Faults;
use crate::control::request_log::RequestLog;
use crate::options::Options;
use crate::payer::wallet::Wallet;
use crate::random::Random;
use crate::state::account::Account;
use crate::state::schedule::Schedule;
use crate::webhooks::desk::WebhookDesk;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) random: Random,
    pub(crate) accounts: Vec<Account>,
    pub(crate) schedule: Schedule,
    pub(crate) wallet: Wallet,
    pub(crate) webhooks: WebhookDesk,
    #[serde(skip)]
    pub(crate) faults: Faults,
    #[serde(skip)]
    pub(crate) requests: RequestLog,
    /// Outcomes that the control API has ordered for the next charges.
    pub(crate) ordered: VecDeque<crate::payer::outcome::Outcome>,
}

impl World {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            random: Random::from_seed(options.seed),
            accounts: Vec::new(),
            schedule: Schedule::default(),
            wallet: Wallet::default(),
            webhooks: WebhookDesk::for_target(options.webhook.clone()),
            faults: Faults::default(),
            requests: RequestLog::default(),
            ordered: VecDeque::new(),
        }
    }
}
