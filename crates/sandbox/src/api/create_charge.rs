//! Reads a request to create a charge, with its source by id or inline.

use serde_json::{Map, Value};

use crate::api::create_source::Endpoint;
use crate::api::parameters::Parameters;
use crate::model::charge_creation::CreateCharge;
use crate::model::error::ApiError;
use crate::model::merchant::MerchantTransaction;
use crate::model::money::Currency;
use crate::model::owner::Owner;
use crate::model::source::{CreateSource, Source};
use crate::model::switches::SourceReuse;
use crate::model::transaction::Transaction;
use crate::model::webhooks::target::WebhookTarget;

const DESCRIPTION_LENGTH_MAX: usize = 10_000;
const WEBHOOK_ENDPOINTS_MAX: usize = 2;

pub(crate) fn source_of_charge(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    parameters: &Parameters,
) -> Result<Source, ApiError> {
    let unsupported = ["card", "customer"].into_iter().find(|field| parameters.has(field));
    if let Some(field) = unsupported {
        return Err(ApiError::new(
            400,
            "feature_not_supported",
            format!("{field} charges are not simulated"),
        ));
    }
    match parameters.value("source") {
        Some(Value::String(id)) if !id.is_empty() => existing_source(transaction, owner, id, parameters),
        Some(Value::Object(fields)) => inline_source(transaction, owner, fields, parameters),
        Some(_) => Err(ApiError::invalid_charge("source is invalid")),
        None => Err(ApiError::invalid_charge("source can't be blank")),
    }
}

fn existing_source(
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    id: &str,
    asked: &Parameters,
) -> Result<Source, ApiError> {
    let amount = charge_amount(asked)?;
    let currency = charge_currency(asked)?;
    let reuse_refused = transaction.state.switches.source_reuse == SourceReuse::Refused;
    let source = transaction.find_source(owner, id)?;
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
    transaction: &mut Transaction<'_>,
    owner: &Owner,
    fields: &Map<String, Value>,
    asked: &Parameters,
) -> Result<Source, ApiError> {
    let mut fields = fields.clone();
    for name in ["amount", "currency"] {
        fields.insert(name.to_owned(), asked.value(name).cloned().unwrap_or(Value::Null));
    }
    let rules = transaction.source_rules(owner);
    let request = CreateSource::read(&Parameters::from_map(fields), Endpoint::Charges, &rules)?;
    Ok(transaction.create_source(owner, request))
}

impl CreateCharge {
    pub(crate) fn read(parameters: &Parameters, livemode: bool) -> Result<Self, ApiError> {
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

/// At most two, and over HTTPS. Test mode also accepts plain HTTP, since a test has no certificate.
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
