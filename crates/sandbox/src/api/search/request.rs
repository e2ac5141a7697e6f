//! What a search asks for, and the page that answers it.

use serde_json::{Map, Value};

use crate::api::parameters::Parameters;
use crate::api::render::object::{Object, object};
use crate::model::error::ApiError;

const PER_PAGE_DEFAULT: i64 = 30;
const PER_PAGE_MAX: i64 = 100;
/// Scopes of the API whose objects are not simulated: nothing is ever found there.
const EMPTY_SCOPES: [&str; 8] =
    ["customer", "dispute", "link", "recipient", "token", "transaction", "transfer", "receipt"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Charge,
    Refund,
    Event,
    /// A scope whose objects are not simulated.
    Empty(&'static str),
}

/// A search with valid parameters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SearchRequest {
    pub(crate) scope: Scope,
    pub(crate) query: String,
    pub(crate) filters: Map<String, Value>,
    location: String,
    oldest_first: bool,
    page: usize,
    per_page: usize,
}

impl Scope {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            "charge" => Some(Self::Charge),
            "refund" => Some(Self::Refund),
            "event" => Some(Self::Event),
            _ => EMPTY_SCOPES.into_iter().find(|scope| *scope == word).map(Self::Empty),
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Refund => "refund",
            Self::Event => "event",
            Self::Empty(word) => word,
        }
    }
}

impl SearchRequest {
    /// Without a scope of its own the route asks for one.
    pub(crate) fn read(
        parameters: &Parameters,
        scope: Option<Scope>,
        location: &str,
    ) -> Result<Self, ApiError> {
        let unprocessable = |code, message: &str| ApiError::new(422, code, message);
        let named = parameters.filled("scope")?.and_then(|word| Scope::parse(&word));
        let scope =
            scope.or(named).ok_or_else(|| unprocessable("invalid_scope", "the scope is not supported"))?;
        let page = number(parameters, "page", 1);
        let page = page
            .filter(|page| *page >= 1)
            .ok_or_else(|| unprocessable("invalid_page", "page must be 1 or more"))?;
        let per_page = number(parameters, "per_page", PER_PAGE_DEFAULT);
        let per_page = per_page
            .filter(|per_page| (1..=PER_PAGE_MAX).contains(per_page))
            .ok_or_else(|| unprocessable("invalid_per_page", "per_page must be from 1 to 100"))?;
        let filters = match parameters.value("filters") {
            None => Map::new(),
            Some(Value::Object(filters)) => filters.clone(),
            Some(_) => return Err(unprocessable("invalid_filter", "filters must be an object")),
        };
        Ok(Self {
            scope,
            query: parameters.text("query")?.unwrap_or_default(),
            filters,
            location: location.to_owned(),
            oldest_first: parameters.filled("order")?.as_deref() == Some("chronological"),
            page: usize::try_from(page).unwrap_or(usize::MAX),
            per_page: usize::try_from(per_page).unwrap_or(usize::MAX),
        })
    }

    /// The page of what was found; `found` is in the order of creation.
    pub(crate) fn view<T>(&self, mut found: Vec<T>, write: impl Fn(&T) -> Object) -> Object {
        if !self.oldest_first {
            found.reverse();
        }
        let (total, skipped) = (found.len(), (self.page - 1).saturating_mul(self.per_page));
        let data: Vec<Object> = found.iter().skip(skipped).take(self.per_page).map(write).collect();
        let order = if self.oldest_first { "chronological" } else { "reverse_chronological" };
        object("search")
            .with("order", order)
            .with("scope", self.scope.as_str())
            .with("query", self.query.as_str())
            .with("filters", self.filters.clone())
            .with("page", self.page)
            .with("per_page", self.per_page)
            .with("location", self.location.as_str())
            .with("total_pages", total.div_ceil(self.per_page))
            .with("total", total)
            .with("data", data)
    }
}

fn number(parameters: &Parameters, name: &str, default: i64) -> Option<i64> {
    parameters.integer(name).ok().map(|number| number.unwrap_or(default))
}
