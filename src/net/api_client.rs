//! Calls of the proxy as plain values: the request, and what an answer means to the machine.

use std::rc::Rc;

use scantill_till::{Call, CallError, Input, Listing};
use scantill_types::api::{Decide, Pair, Paired, Payment, PaymentPage, Problem, ProblemCode, Terminal};
use scantill_types::{DeviceId, PaymentId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::net::json;

/// The timeout of a call that changes something.
const CHANGE_LIMIT_MS: u32 = 10_000;
/// The timeout of a call that reads.
const ASK_LIMIT_MS: u32 = 5_000;

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Option<String>,
    pub(crate) limit_ms: u32,
    /// It carries no token, and its answer brings one.
    pub(crate) pairs: bool,
}

/// The status and body of an answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

/// The meaning of an answer: an input, and a token if the call paired the till.
pub(crate) struct Answer {
    pub(crate) input: Input,
    pub(crate) token: Option<String>,
}

impl Request {
    /// The request of a call; `None` if its body cannot be serialised, which does not happen with our types.
    pub(crate) fn of(call: &Call, device: &DeviceId) -> Option<Self> {
        let request = match call {
            Call::Terminal => Self::get("/v1/terminal".to_owned()),
            Call::Read(id) => Self::get(format!("/v1/payments/{id}")),
            Call::List(listing) => Self::get(format!("/v1/payments?{}", query(listing))),
            Call::Pair(code) => {
                let pair = Pair { code: code.clone(), device_id: device.clone() };
                Self { pairs: true, ..Self::change("POST", "/v1/pair".to_owned(), &pair)? }
            }
            Call::Put(id, body) => Self::change("PUT", format!("/v1/payments/{id}"), body)?,
            Call::Cancel(id, body) => Self::change("POST", format!("/v1/payments/{id}/cancel"), body)?,
            Call::Decide(id, decision) => {
                let body = Decide { decision: *decision, approval: None, second_approval: None };
                Self::change("POST", format!("/v1/payments/{id}/disposition"), &body)?
            }
            Call::TakeOver(id) => Self {
                method: "POST",
                body: Some("{}".to_owned()),
                limit_ms: CHANGE_LIMIT_MS,
                ..Self::get(format!("/v1/payments/{id}/holder"))
            },
        };
        Some(request)
    }

    fn get(path: String) -> Self {
        Self { method: "GET", path, body: None, limit_ms: ASK_LIMIT_MS, pairs: false }
    }

    fn change(method: &'static str, path: String, body: &impl Serialize) -> Option<Self> {
        let body = Some(json::write(body)?);
        Some(Self { method, path, body, limit_ms: CHANGE_LIMIT_MS, pairs: false })
    }
}

fn query(listing: &Listing) -> String {
    match listing {
        Listing::Sale(sale_id) => format!("sale_id={sale_id}"),
        Listing::Unsettled(None) => "unsettled=true".to_owned(),
        Listing::Unsettled(Some(cursor)) => format!("unsettled=true&cursor={cursor}"),
        // A colleague may have sold since.
        Listing::Newest => "limit=20".to_owned(),
    }
}

pub(crate) fn answer(call: &Call, reply: Result<Reply, CallError>) -> Answer {
    if let Call::Pair(_) = call {
        return match reply.and_then(|reply| read::<Paired>(&reply)) {
            Ok(paired) => {
                let token = Some(paired.token_type + " " + &paired.token);
                Answer { input: Input::Terminal(Ok(paired.terminal)), token }
            }
            Err(error) => Answer { input: Input::Terminal(Err(error)), token: None },
        };
    }
    Answer { input: input(call, reply), token: None }
}

fn input(call: &Call, reply: Result<Reply, CallError>) -> Input {
    match call {
        Call::Terminal | Call::Pair(_) => Input::Terminal(reply.and_then(|reply| read::<Terminal>(&reply))),
        Call::List(listing) => match reply.and_then(|reply| read::<PaymentPage>(&reply)) {
            Ok(page) => {
                let payments = page.payments.into_iter().map(Rc::new).collect();
                Input::Listed(listing.clone(), payments, page.next_cursor)
            }
            Err(error) => Input::ListFailed(listing.clone(), error),
        },
        Call::Put(id, _)
        | Call::Read(id)
        | Call::Cancel(id, _)
        | Call::Decide(id, _)
        | Call::TakeOver(id) => match reply.and_then(|reply| read_payment(&reply, id)) {
            Ok(payment) => Input::Payment(payment.into()),
            Err(error) => Input::CallFailed(id.clone(), error),
        },
    }
}

/// An answer about another payment than the requested one is no answer.
fn read_payment(reply: &Reply, id: &PaymentId) -> Result<Payment, CallError> {
    read::<Payment>(reply).and_then(
        |payment| {
            if payment.id == *id { Ok(payment) } else { Err(CallError::Unreachable) }
        },
    )
}

/// Reads the proxy's answer. An answer of somebody else (a hotel's login page, a gateway's error) counts as
/// none.
fn read<T: DeserializeOwned>(reply: &Reply) -> Result<T, CallError> {
    let media_type = reply.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(media_type.as_str(), "application/json" | "application/problem+json") {
        return Err(CallError::Unreachable);
    }
    if (200..300).contains(&reply.status) {
        return json::read(&reply.body).ok_or(CallError::Unreachable);
    }
    let problem = json::read(&reply.body).ok_or(CallError::Unreachable)?;
    Err(refusal(reply.status, problem))
}

/// A refused pairing is not a revoked token, with any status.
fn refusal(status: u16, problem: Problem) -> CallError {
    match problem.code {
        ProblemCode::OriginRefused => CallError::OriginRefused,
        ProblemCode::PairingRefused => CallError::Refused(problem),
        _ if status == 401 => CallError::Unauthenticated,
        _ => CallError::Refused(problem),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scantill_types::SaleId;
    use scantill_types::api::{CancelPayment, CancelledBy, CreatePayment, Decision};
    use scantill_types::money::Currency;
    use serde_json::{Value, json};

    fn id() -> PaymentId {
        PaymentId::parse("p-1").unwrap()
    }

    fn request(call: &Call) -> Request {
        Request::of(call, &DeviceId::parse("left").unwrap()).unwrap()
    }

    fn reply(status: u16, content_type: &str, body: &str) -> Reply {
        Reply { status, content_type: content_type.to_owned(), body: body.to_owned() }
    }

    fn asked(status: u16, content_type: &str, body: &str) -> Result<Payment, CallError> {
        match answer(&Call::Read(id()), Ok(reply(status, content_type, body))).input {
            Input::Payment(payment) => Ok(Rc::unwrap_or_clone(payment)),
            Input::CallFailed(_, error) => Err(error),
            other => panic!("{other:?}"),
        }
    }

    fn payment(id: &str) -> String {
        json!({
            "id": id, "sale_id": "s-1", "version": 3, "state": "pending", "amount": 2225, "currency": "THB",
            "code_masked": "28 ····· 4394", "terminal_id": "POS-01", "holder": "left",
            "created_at": "2026-11-20T07:05:31Z", "updated_at": "2026-11-20T07:05:32Z", "news": "of a newer proxy",
        })
        .to_string()
    }

    #[test]
    fn the_code_is_in_the_body_and_never_in_the_path() {
        let body = CreatePayment {
            sale_id: SaleId::parse("s-1").unwrap(),
            amount: 2225,
            currency: Currency::Thb,
            code: "28763443825664394".to_owned(),
            scanned_ago_ms: 12,
            reference: None,
            description: None,
            metadata: std::collections::BTreeMap::new(),
            accepted_payment_id: None,
        };
        let request = request(&Call::Put(id(), Box::new(body)));
        assert_eq!((request.method, request.path.as_str()), ("PUT", "/v1/payments/p-1"));
        let sent: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
        assert_eq!(sent["code"], "28763443825664394");
        assert_eq!(sent["scanned_ago_ms"], 12);
    }

    #[test]
    fn each_call_has_its_path() {
        let sale_id = SaleId::parse("s-1").unwrap();
        let cancel = CancelPayment {
            sale_id: sale_id.clone(),
            amount: 1,
            currency: Currency::Thb,
            by: CancelledBy::Till,
        };
        let paths = [
            Call::Terminal,
            Call::Pair(Some("K7".to_owned())),
            Call::List(Listing::Sale(sale_id)),
            Call::List(Listing::Unsettled(None)),
            Call::List(Listing::Unsettled(Some("17".to_owned()))),
            Call::List(Listing::Newest),
            Call::TakeOver(id()),
            Call::Cancel(id(), cancel),
            Call::Decide(id(), Decision::Accept),
        ];
        let paths = paths.map(|call| request(&call).path);
        let expected = [
            "/v1/terminal",
            "/v1/pair",
            "/v1/payments?sale_id=s-1",
            "/v1/payments?unsettled=true",
            "/v1/payments?unsettled=true&cursor=17",
            "/v1/payments?limit=20",
            "/v1/payments/p-1/holder",
            "/v1/payments/p-1/cancel",
            "/v1/payments/p-1/disposition",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn what_is_not_the_proxys_is_no_answer() {
        let unreachable = Err(CallError::Unreachable);
        assert_eq!(asked(200, "text/html", "<html>"), unreachable);
        assert_eq!(asked(200, "application/json", "{\"id\""), unreachable);
        assert_eq!(asked(401, "text/html", "log in to the hotel"), unreachable);
        assert_eq!(asked(502, "application/json", "{\"message\":\"bad gateway\"}"), unreachable);
        assert_eq!(asked(200, "application/json", &payment("p-2")), unreachable);
    }

    #[test]
    fn a_payment_of_a_newer_proxy_is_read() {
        assert_eq!(asked(200, "application/json; charset=utf-8", &payment("p-1")).unwrap().version, 3);
    }

    #[test]
    fn a_problem_is_told_by_its_code() {
        let problem = |code: &str| {
            json!({ "type": "about:blank", "status": 1, "code": code, "detail": "" }).to_string()
        };
        let told =
            |status, code: &str| asked(status, "application/problem+json", &problem(code)).unwrap_err();
        let CallError::Refused(refused) = told(409, "sale_open") else { panic!() };
        assert_eq!((refused.code, refused.never_created), (ProblemCode::SaleOpen, false));
        assert_eq!(told(401, "unauthenticated"), CallError::Unauthenticated);
        assert!(matches!(told(401, "pairing_refused"), CallError::Refused(_)));
        assert_eq!(told(403, "origin_refused"), CallError::OriginRefused);
        let CallError::Refused(refused) = told(418, "of_a_newer_proxy") else { panic!() };
        assert_eq!(refused.code, ProblemCode::Unlisted);
    }
}
