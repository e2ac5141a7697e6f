//! The proxy's configuration, as a test needs it.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use crate::sandbox_control::SECRET_KEY;

/// One account in test mode, on any free port, with its storage beside the file. Further lines are added.
#[derive(Clone, Debug)]
pub struct ProxyConfiguration {
    lines: String,
    api_url: String,
    source_type: String,
    account_lines: String,
}

impl ProxyConfiguration {
    /// The name of the file in its folder.
    pub const FILE: &'static str = "scantill.toml";

    /// For an account whose provider is at this address.
    pub fn new(api_url: &str) -> Self {
        let lines = "listen = \"127.0.0.1:0\"\ndata = \"data\"\nmode = \"test\"\n".to_owned();
        let (api_url, source_type) = (api_url.to_owned(), "barcode_alipay".to_owned());
        Self { lines, api_url, source_type, account_lines: String::new() }
    }

    /// With these lines above the account.
    #[must_use]
    pub fn with(self, lines: impl Display) -> Self {
        Self { lines: format!("{}{lines}\n", self.lines), ..self }
    }

    /// With these lines in the account.
    #[must_use]
    pub fn with_account(self, lines: impl Display) -> Self {
        Self { account_lines: format!("{}{lines}\n", self.account_lines), ..self }
    }

    /// With another wallet, as Omise names it.
    #[must_use]
    pub fn source_type(self, source_type: &str) -> Self {
        Self { source_type: source_type.to_owned(), ..self }
    }

    /// The whole file.
    pub fn text(&self) -> String {
        let Self { lines, api_url, source_type, account_lines } = self;
        format!(
            "# Written for a test.\n{lines}[[accounts]]\nname = \"demo\"\nsecret_key = \"{SECRET_KEY}\"\n\
            api_url = \"{api_url}\"\nsource_type = \"{source_type}\"\ncurrency = \"THB\"\n{account_lines}"
        )
    }

    /// Writes the file, and says where it is.
    pub fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(Self::FILE);
        std::fs::write(&path, self.text()).unwrap();
        path
    }
}
