//! How a charge comes about: from a source made before, or with one inline.

use serde_json::{Map, Value};

use crate::model::error::ApiError;
use crate::model::owner::Owner;
use crate::api::parameters::Parameters;
use crate::clock::Moment;
use crate::model::charge::{Charge, OnExpire, Status};
use crate::model::event::EventKey;
use crate::model::money::Currency;
use crate::model::source::{CreateSource, Endpoint, Source};
use crate::model::switches::SourceReuse;
use crate::model::transaction::Transaction;
use crate::webhooks::target::WebhookTarget;

const DESCRIPTION_LENGTH_MAX: usize = 10_000;
const WEBHOOK_ENDPOINTS_MAX: usize = 2;

/// What a charge carries beside its source.
#[derive(Debug)]
struct CreateCharge {
    description: Option<String>,
    metadata: Map<String, Value>,
    ip: Option<String>,
    return_uri: Option<String>,
    webhook_endpoints: Vec<String>,
}

impl Transaction<'_> {
    /// Makes a charge, which is always pending at first, and sets the payer going.
    pub(crate) fn create_charge(
        &mut self,
        owner: &Owner,
        parameters: &Parameters,
    ) -> Result<Charge, ApiError> {
        let request = CreateCharge::read(parameters, owner.livemode)?;
        self.check_metadata(Some(&request.metadata))?;
        let source = self.source_of_charge(owner, parameters)?;
        let id = self.state.random.id("chrg", owner.livemode, self.now);
        let used = self.account(owner).sources.find_mut(&source.id);
        if let Some(used) = used {
            used.charge = Some(id.clone());
        }
        let lifetime_ms = self.state.switches.charge_lifetime_ms;
        let source = Source { charge: Some(id.clone()), ..source };
        let charge = new_charge(id, source, request, self.now, lifetime_ms);
        self.account(owner).charges.put(charge.clone());
        self.announce_charge(owner, EventKey::ChargeCreate, &charge);
        self.start_payer(owner, &charge);
        Ok(charge)
    }

    /// Whether metadata has a greatest length is nowhere confirmed: a switch.
    pub(crate) fn check_metadata(&self, metadata: Option<&Map<String, Value>>) -> Result<(), ApiError> {
        let (Some(max), Some(metadata)) = (self.state.switches.metadata_length_max, metadata) else {
            return Ok(());
        };
        let length = Value::Object(metadata.clone()).to_string().chars().count();
        if length > max {
            return Err(ApiError::bad_request(format!("metadata is too long (maximum is {max} characters)")));
        }
        Ok(())
    }

    fn source_of_charge(&mut self, owner: &Owner, parameters: &Parameters) -> Result<Source, ApiError> {
        let unsupported = ["card", "customer"].into_iter().find(|field| parameters.has(field));
        if let Some(field) = unsupported {
            return Err(ApiError::new(
                400,
                "feature_not_supported",
                format!("{field} charges are not simulated"),
            ));
        }
        match parameters.value("source") {
            Some(Value::String(id)) if !id.is_empty() => self.existing_source(owner, id, parameters),
            Some(Value::Object(fields)) => self.inline_source(owner, fields, parameters),
            Some(_) => Err(ApiError::invalid_charge("source is invalid")),
            None => Err(ApiError::invalid_charge("source can't be blank")),
        }
    }

    fn existing_source(&mut self, owner: &Owner, id: &str, asked: &Parameters) -> Result<Source, ApiError> {
        let amount = charge_amount(asked)?;
        let currency = charge_currency(asked)?;
        let reuse_refused = self.state.switches.source_reuse == SourceReuse::Refused;
        let source = self.find_source(owner, id)?;
        if source.charge.is_some() && reuse_refused {
            return Err(ApiError::invalid_charge("source was already used"));
        }
        if amount != source.amount {
            return Err(ApiError::invalid_charge("amount does not match the source's amount"));
        }
        if currency != source.currency {
            return Err(ApiError::invalid_charge("currency does not match the source's currency"));
        }
        Ok(source.clone())
    }

    /// Amount and currency of an inline source are those of the charge.
    fn inline_source(
        &mut self,
        owner: &Owner,
        fields: &Map<String, Value>,
        asked: &Parameters,
    ) -> Result<Source, ApiError> {
        let mut fields = fields.clone();
        for name in ["amount", "currency"] {
            fields.insert(name.to_owned(), asked.value(name).cloned().unwrap_or(Value::Null));
        }
        let rules = self.source_rules(owner);
        let request = CreateSource::read(&Parameters::from_map(fields), Endpoint::Charges, &rules)?;
        Ok(self.create_source(owner, request))
    }
}

impl CreateCharge {
    fn read(parameters: &Parameters, livemode: bool) -> Result<Self, ApiError> {
        let description = parameters.text("description")?;
        if description.as_ref().is_some_and(|text| text.len() > DESCRIPTION_LENGTH_MAX) {
            return Err(ApiError::invalid_charge("description is too long"));
        }
        if parameters.boolean("capture")? == Some(false) {
            return Err(ApiError::invalid_charge("capture must be true for this source"));
        }
        Ok(Self {
            description,
            metadata: parameters.metadata()?.unwrap_or_default(),
            ip: parameters.text("ip")?,
            return_uri: parameters.text("return_uri")?,
            webhook_endpoints: webhook_endpoints(parameters, livemode)?,
        })
    }
}

/// At most two, and over HTTPS; in test mode plain HTTP will do, since a test has no certificate.
fn webhook_endpoints(parameters: &Parameters, livemode: bool) -> Result<Vec<String>, ApiError> {
    let urls = parameters.texts("webhook_endpoints")?;
    if urls.len() > WEBHOOK_ENDPOINTS_MAX {
        return Err(ApiError::invalid_charge("webhook_endpoints must not be more than 2"));
    }
    let is_good = |url: &String| WebhookTarget::is_address(url) && (!livemode || url.starts_with("https://"));
    if urls.iter().all(is_good) {
        Ok(urls)
    } else {
        Err(ApiError::invalid_charge("webhook_endpoints must be HTTPS addresses"))
    }
}

fn charge_amount(asked: &Parameters) -> Result<i64, ApiError> {
    let amount = asked.integer("amount").map_err(|error| ApiError::invalid_charge(error.message))?;
    amount.ok_or_else(|| ApiError::invalid_charge("amount is not a number"))
}

fn charge_currency(asked: &Parameters) -> Result<Currency, ApiError> {
    let currency = asked.text("currency")?.and_then(|text| Currency::parse(&text));
    currency.ok_or_else(|| ApiError::invalid_charge("currency is currently not supported"))
}

fn new_charge(id: String, source: Source, request: CreateCharge, now: Moment, lifetime_ms: i64) -> Charge {
    let CreateCharge { description, metadata, ip, return_uri, webhook_endpoints } = request;
    Charge {
        id,
        livemode: source.livemode,
        amount: source.amount,
        currency: source.currency,
        description,
        metadata,
        ip,
        return_uri,
        webhook_endpoints,
        created_at: now,
        lifetime_ms,
        ended_at: None,
        expires_at: now.plus_ms(lifetime_ms),
        source,
        status: Status::Pending,
        failure: None,
        expired_at: None,
        paid_at: None,
        amount_paid: None,
        transaction: None,
        refunds: Vec::new(),
        on_expire: OnExpire::default(),
        asked: None,
    }
}
