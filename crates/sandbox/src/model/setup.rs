//! The caller's options at the start, as far as the state depends on them.

use crate::faults::chaos::Chaos;
use crate::model::switches::Switches;
use crate::model::timing::Timing;
use crate::model::version::Version;
use crate::model::webhooks::target::WebhookTarget;

#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) seed: u64,
    pub(crate) timing: Timing,
    pub(crate) webhook: Option<WebhookTarget>,
    pub(crate) switches: Switches,
    pub(crate) chaos: Chaos,
    pub(crate) version: Version,
    pub(crate) till_url: Option<String>,
}
