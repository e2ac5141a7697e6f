//! One request as the routes see it, and the answer that they give.

use crate::api::key::{Credentials, KeyKind};
use crate::api::parameters::Parameters;
use crate::api::render::json;
use crate::api::render::list::Visibility;
use crate::api::render::object::Object;
use crate::model::error::ApiError;
use crate::model::merchant::MerchantTransaction;
use crate::model::owner::Owner;
use crate::model::transaction::Transaction;
use crate::model::version::Version;

/// A request that was read and authenticated.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) credentials: Credentials,
    /// The version of the header, which goes before the account's.
    pub(crate) version: Option<Version>,
    pub(crate) parameters: Parameters,
    pub(crate) visibility: Visibility,
}

impl Call {
    pub(crate) fn owner(&self) -> &Owner {
        &self.credentials.owner
    }

    /// Whether the request wants objects in place of their ids.
    pub(crate) fn wants_expanded(&self) -> Result<bool, ApiError> {
        Ok(self.parameters.boolean("expand")?.unwrap_or(false))
    }

    pub(crate) fn needs_secret_key(&self) -> Result<(), ApiError> {
        match self.credentials.kind {
            KeyKind::Secret => Ok(()),
            KeyKind::Public => Err(ApiError::not_authorized()),
        }
    }
}

/// A successful answer; `made` names the object that this request created or changed.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: String,
    pub(crate) version: Version,
    pub(crate) made: Option<String>,
}

impl Answer {
    pub(crate) fn showing(object: &Object, version: Version) -> Self {
        Self { body: json::write(object), version, made: None }
    }

    #[must_use]
    pub(crate) fn having_made(mut self, id: &str) -> Self {
        self.made = Some(id.to_owned());
        self
    }
}

pub(crate) type Routed = Result<Answer, ApiError>;

/// The version of the header, or else the account's.
pub(crate) fn version_of(transaction: &mut Transaction<'_>, call: &Call) -> Version {
    call.version.unwrap_or_else(|| transaction.account(call.owner()).version)
}

pub(crate) fn showing(
    transaction: &mut Transaction<'_>,
    call: &Call,
    write: impl FnOnce(&mut Transaction<'_>, Version) -> Object,
) -> Answer {
    let version = version_of(transaction, call);
    Answer::showing(&write(transaction, version), version)
}
