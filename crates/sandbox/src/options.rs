//! The caller's options: clock, seed, delays, webhook, state file.

use std::sync::Arc;

use crate::clock::{Clock, SystemClock};
use crate::faults::chaos::Chaos;
use crate::model::setup::Setup;
use crate::model::switches::Switches;
use crate::model::timing::Timing;
use crate::model::version::Version;
use crate::model::webhooks::target::WebhookTarget;
use crate::state_file::StateFile;
use crate::webhooks::sender::{HttpWebhookSender, WebhookSender};

/// How to start a sandbox; the default is in memory, with the machine's clock and no webhook.
#[derive(Clone, Debug)]
pub struct Options {
    pub clock: Arc<dyn Clock>,
    /// The same seed and the same requests give the same ids, codes and waits.
    pub seed: u64,
    pub timing: Timing,
    /// The address for webhooks of every account; the control API can change it later.
    pub webhook: Option<WebhookTarget>,
    /// The first positions of the switches. Switches that are set here precede those of a state file.
    pub switches: Switches,
    /// The faults that are drawn from the start.
    pub chaos: Chaos,
    /// The version that a new account has.
    pub version: Version,
    /// The file for the whole state; without it the state is only in memory.
    pub state_file: Option<StateFile>,
    /// A link to the till, shown on the phone page.
    pub till_url: Option<String>,
    /// Sends webhooks; a simulated network has its own sender.
    pub webhook_sender: Arc<dyn WebhookSender>,
}

impl Options {
    pub(crate) fn setup(&self) -> Setup {
        Setup {
            seed: self.seed,
            timing: self.timing.clone(),
            webhook: self.webhook.clone(),
            switches: self.switches.clone(),
            chaos: self.chaos.clone(),
            version: self.version,
            till_url: self.till_url.clone(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            seed: 1,
            timing: Timing::default(),
            webhook: None,
            switches: Switches::default(),
            chaos: Chaos::default(),
            version: Version::default(),
            state_file: None,
            till_url: None,
            webhook_sender: Arc::new(HttpWebhookSender::default()),
        }
    }
}
