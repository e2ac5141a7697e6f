//! Lists: a page of objects between two times.

use crate::api::parameters::Parameters;
use crate::api::render::object::{Object, object};
use crate::clock::Moment;
use crate::model::collection::Entity;
use crate::model::error::ApiError;
use crate::model::version::Version;

const LIMIT_DEFAULT: i64 = 20;
const LIMIT_MAX: i64 = 100;

/// How much of the truth a reader sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Visibility {
    /// Lists know nothing that came later.
    pub(crate) list_until: Moment,
    /// The clock of the lists runs ahead of that of the charges by this.
    pub(crate) list_ahead_ms: i64,
    /// A charge is read as it was then.
    pub(crate) charge_as_of: Moment,
}

impl Visibility {
    /// Everything there is, even after the clock was moved back.
    pub(crate) const fn clear() -> Self {
        let ever = Moment::from_ms(i64::MAX);
        Self { list_until: ever, list_ahead_ms: 0, charge_as_of: ever }
    }
}

/// The requested part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    from: Moment,
    to: Moment,
    offset: usize,
    limit: usize,
    /// `None` if the request names no order: the older version then shows null.
    order: Option<Order>,
    visibility: Visibility,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Chronological,
    ReverseChronological,
}

impl Page {
    /// The first page, as a charge contains it.
    pub(crate) fn first(now: Moment) -> Self {
        Self {
            from: Moment::EPOCH,
            to: now,
            offset: 0,
            limit: 20,
            order: None,
            visibility: Visibility::clear(),
        }
    }

    pub(crate) fn read(
        parameters: &Parameters,
        visibility: Visibility,
        now: Moment,
    ) -> Result<Self, ApiError> {
        let offset = parameters.integer("offset")?.unwrap_or(0);
        let limit = parameters.integer("limit")?.unwrap_or(LIMIT_DEFAULT);
        let order = parameters.filled("order")?.map(|word| Order::parse(&word)).transpose()?;
        let not_negative =
            |name: &str| ApiError::bad_request(format!("{name} must be greater than or equal to 0"));
        Ok(Self {
            from: parameters.moment("from")?.unwrap_or(Moment::EPOCH),
            to: parameters.moment("to")?.unwrap_or(now.plus_ms(visibility.list_ahead_ms)),
            offset: usize::try_from(offset).map_err(|_| not_negative("offset"))?,
            limit: usize::try_from(limit.min(LIMIT_MAX)).map_err(|_| not_negative("limit"))?,
            order,
            visibility,
        })
    }

    /// Both ends belong to the list, to the second. There is no cursor: new objects shift the pages.
    pub(crate) fn view<'a, T: Entity + 'a>(
        &self,
        items: impl Iterator<Item = &'a T>,
        location: String,
        version: Version,
        write: impl Fn(&T) -> Object,
    ) -> Object {
        let inside = |item: &&T| {
            let created = item.created_at().plus_ms(self.visibility.list_ahead_ms).seconds();
            self.from.seconds() <= created
                && created <= self.to.seconds()
                && item.created_at() <= self.visibility.list_until
        };
        let mut found: Vec<&T> = items.filter(inside).collect();
        if self.order == Some(Order::ReverseChronological) {
            found.reverse();
        }
        let data: Vec<Object> =
            found.iter().skip(self.offset).take(self.limit).map(|item| write(item)).collect();
        let (from, to, order) = (self.from.iso(), self.to.iso(), self.order_word(version));
        // Each version has its own order, as recorded.
        match version {
            Version::V2017 => object("list")
                .with("from", from)
                .with("to", to)
                .with("offset", self.offset)
                .with("limit", self.limit)
                .with("total", found.len())
                .with("order", order)
                .with("location", location)
                .with("data", data),
            Version::V2019 => object("list")
                .with("data", data)
                .with("limit", self.limit)
                .with("offset", self.offset)
                .with("total", found.len())
                .with("location", location)
                .with("order", order)
                .with("from", from)
                .with("to", to),
        }
    }

    fn order_word(&self, version: Version) -> Option<&'static str> {
        match (self.order, version) {
            (None, Version::V2017) => None,
            (None | Some(Order::Chronological), _) => Some("chronological"),
            (Some(Order::ReverseChronological), _) => Some("reverse_chronological"),
        }
    }
}

impl Order {
    fn parse(word: &str) -> Result<Self, ApiError> {
        match word {
            "chronological" => Ok(Self::Chronological),
            "reverse_chronological" => Ok(Self::ReverseChronological),
            _ => Err(ApiError::bad_request("order must be chronological or reverse_chronological")),
        }
    }
}
