//! Which files of the configuration hold secrets, and whether they are the proxy's alone.

use std::path::PathBuf;

use scantill_types::payer_code::Mode;

use super::{AccountConfig, Config};
use crate::private::{Exposed, ExposedAll, Secrecy, exposed_parents, exposure, exposures_in};
use crate::till_files::LIST;

impl Config {
    /// Refuses what others may read or change, these paths among it. Test mode only warns.
    pub fn check_exposed(&self, more: Vec<Exposed>) -> Result<(), ExposedAll> {
        let secrecy = if self.holds_secrets() { Secrecy::Secret } else { Secrecy::Readable };
        let own = exposure(&self.path, secrecy);
        let keys = self.key_files().into_iter().filter_map(|key| exposure(&key, Secrecy::Secret));
        let till = self.till.iter().flat_map(|till| [till.clone(), till.join(LIST)]);
        let tills = till.filter_map(|path| exposure(&path, Secrecy::Readable));
        let paths = self.secret_paths().into_iter().chain(self.till.clone());
        let parents = paths.flat_map(|path| exposed_parents(&path));
        let exposed = exposures_in(&self.data).into_iter().chain(own).chain(keys).chain(tills);
        let exposed: ExposedAll = exposed.chain(parents).chain(more).collect();
        match self.mode {
            _ if exposed.0.is_empty() => Ok(()),
            Mode::Live => Err(exposed),
            Mode::Test => {
                tracing::warn!("{exposed}\n  with mode = \"live\" the proxy would not start");
                Ok(())
            }
        }
    }

    /// Storage, configuration and keys.
    pub(super) fn secret_paths(&self) -> Vec<PathBuf> {
        [self.data.clone(), self.path.clone()].into_iter().chain(self.key_files()).collect()
    }

    fn key_files(&self) -> Vec<PathBuf> {
        let files = |account: &AccountConfig| {
            [account.secret_key_file.clone(), account.secret_key_before_file.clone()]
        };
        self.accounts.iter().flat_map(files).flatten().collect()
    }

    fn holds_secrets(&self) -> bool {
        self.accounts.iter().any(|account| {
            let secrets = [
                &account.secret_key,
                &account.secret_key_before,
                &account.webhook_secret,
                &account.webhook_secret_before,
            ];
            secrets.into_iter().any(Option::is_some)
        })
    }
}
