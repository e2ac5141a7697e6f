//! The merchant's actions on the state: the table of contents of this folder.

use serde_json::{Map, Value};

use crate::model::account::Account;
use crate::model::charge::Charge;
use crate::model::charge_creation::CreateCharge;
use crate::model::error::ApiError;
use crate::model::owner::Owner;
use crate::model::refund::{CreateRefund, Refund};
use crate::model::source::{CreateSource, Source, SourceRules};
use crate::model::transaction::Transaction;
use crate::model::{accounts, charge_changes, charge_creation, refunds, scheduled_actions, sources};

pub(crate) trait MerchantTransaction {
    fn admit(&mut self, owner: &Owner, key_number: u32) -> Result<(), ApiError>;
    fn account(&mut self, owner: &Owner) -> &mut Account;
    fn check_metadata(&self, metadata: Option<&Map<String, Value>>) -> Result<(), ApiError>;
    fn source_rules(&mut self, owner: &Owner) -> SourceRules;
    fn create_source(&mut self, owner: &Owner, request: CreateSource) -> Source;
    fn find_source(&mut self, owner: &Owner, id: &str) -> Result<&mut Source, ApiError>;
    fn create_charge(&mut self, owner: &Owner, request: CreateCharge, source: Source) -> Charge;
    fn find_charge(&mut self, owner: &Owner, id: &str) -> Result<&mut Charge, ApiError>;
    fn update_charge(
        &mut self,
        owner: &Owner,
        id: &str,
        description: Option<String>,
        metadata: Option<Map<String, Value>>,
    ) -> Result<Charge, ApiError>;
    fn expire_charge(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError>;
    fn approve(&mut self, owner: &Owner, id: &str, amount: i64);
    fn fail(&mut self, owner: &Owner, id: &str, code: &str);
    fn create_refund(
        &mut self,
        owner: &Owner,
        charge: &str,
        request: CreateRefund,
    ) -> Result<Refund, ApiError>;
    fn run_due_actions(&mut self);
}

impl MerchantTransaction for Transaction<'_> {
    fn admit(&mut self, owner: &Owner, key_number: u32) -> Result<(), ApiError> {
        accounts::admit(self, owner, key_number)
    }

    fn account(&mut self, owner: &Owner) -> &mut Account {
        accounts::account(self, owner)
    }

    fn check_metadata(&self, metadata: Option<&Map<String, Value>>) -> Result<(), ApiError> {
        accounts::check_metadata(self, metadata)
    }

    fn source_rules(&mut self, owner: &Owner) -> SourceRules {
        sources::source_rules(self, owner)
    }

    fn create_source(&mut self, owner: &Owner, request: CreateSource) -> Source {
        sources::create_source(self, owner, request)
    }

    fn find_source(&mut self, owner: &Owner, id: &str) -> Result<&mut Source, ApiError> {
        accounts::find_source(self, owner, id)
    }

    fn create_charge(&mut self, owner: &Owner, request: CreateCharge, source: Source) -> Charge {
        charge_creation::create_charge(self, owner, request, source)
    }

    fn find_charge(&mut self, owner: &Owner, id: &str) -> Result<&mut Charge, ApiError> {
        accounts::find_charge(self, owner, id)
    }

    fn update_charge(
        &mut self,
        owner: &Owner,
        id: &str,
        description: Option<String>,
        metadata: Option<Map<String, Value>>,
    ) -> Result<Charge, ApiError> {
        charge_changes::update_charge(self, owner, id, description, metadata)
    }

    fn expire_charge(&mut self, owner: &Owner, id: &str) -> Result<Charge, ApiError> {
        charge_changes::expire_charge(self, owner, id)
    }

    fn approve(&mut self, owner: &Owner, id: &str, amount: i64) {
        charge_changes::approve(self, owner, id, amount);
    }

    fn fail(&mut self, owner: &Owner, id: &str, code: &str) {
        charge_changes::fail(self, owner, id, code);
    }

    fn create_refund(
        &mut self,
        owner: &Owner,
        charge: &str,
        request: CreateRefund,
    ) -> Result<Refund, ApiError> {
        refunds::create_refund(self, owner, charge, request)
    }

    fn run_due_actions(&mut self) {
        scheduled_actions::run_due_actions(self);
    }
}
