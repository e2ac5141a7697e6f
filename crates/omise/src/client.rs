//! The calls of the API. Each builds a request, sends it once, and reads the answer.

use std::sync::Arc;

use scantill_types::{ChargeId, Money, SourceId, Timestamp};
use serde_json::Value;

use crate::errors::{LostAnswer, money_error, read_error, refund_refusal, refusal};
use crate::objects::{Account, Capability, Charge, ChargeList, Refund, RefundList, SourceObject, Unreadable};
use crate::requests::{
    Barcode, NewCharge, NewRefund, charge_body, refund_body, source_body, source_by_id, source_inline,
};
use crate::transport::{Answer, Method, Request, Transport};
use crate::{MoneyError, ReadError};

/// A client of one account.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Arc<dyn Transport>,
}

/// A page of a list, in chronological order, from a time on.
#[derive(Clone, Copy, Debug)]
pub struct ListWindow {
    /// The earliest time.
    pub from: Timestamp,
    /// The latest time; `None` means the provider's present time.
    pub to: Option<Timestamp>,
    /// How many objects to skip.
    pub offset: u64,
    /// How many objects to return, at most 100.
    pub limit: u64,
}

impl ListWindow {
    fn query(self) -> String {
        let Self { from, to, offset, limit } = self;
        let to = to.map_or(String::new(), |to| format!("&to={to}"));
        format!("from={from}{to}&offset={offset}&limit={limit}&order=chronological")
    }
}

impl Client {
    /// A client that uses a transport. The transport knows the address and the key.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// `GET /account`: the account of the key.
    pub async fn account(&self) -> Result<Account, ReadError> {
        self.get("/account".into(), Account::read).await
    }

    /// `GET /capability`: the payment methods and limits of the account.
    pub async fn capability(&self) -> Result<Capability, ReadError> {
        self.get("/capability".into(), Capability::read).await
    }

    /// `GET /charges/{id}`. An answer about another charge is no answer (P12).
    pub async fn charge(&self, id: &ChargeId) -> Result<Charge, ReadError> {
        let charge = self.get(format!("/charges/{id}"), Charge::read).await?;
        if charge.id == *id { Ok(charge) } else { Err(ReadError::Malformed) }
    }

    /// `GET /sources/{id}`.
    pub async fn source(&self, id: &SourceId) -> Result<SourceObject, ReadError> {
        self.get(format!("/sources/{id}"), SourceObject::read).await
    }

    /// `GET /charges`, oldest first.
    pub async fn charges(&self, window: ListWindow) -> Result<ChargeList, ReadError> {
        self.get(format!("/charges?{}", window.query()), ChargeList::read).await
    }

    /// `POST /sources`: the first half of creating a charge in two steps.
    pub async fn create_source(&self, barcode: &Barcode, money: Money) -> Result<SourceId, MoneyError> {
        let answer = self.post_money("/sources", &source_body(barcode, money)).await?;
        object(&answer, SourceObject::read, refusal).map(|source| source.id)
    }

    /// `POST /charges` on an existing source: the second half.
    pub async fn charge_source(&self, charge: &NewCharge, source: &SourceId) -> Result<Charge, MoneyError> {
        let answer = self.post_money("/charges", &charge_body(charge, &source_by_id(source))).await?;
        object(&answer, Charge::read, refusal)
    }

    /// `POST /charges` with the source inside: creating a charge in one call.
    pub async fn charge_barcode(&self, charge: &NewCharge, barcode: &Barcode) -> Result<Charge, MoneyError> {
        let answer = self.post_money("/charges", &charge_body(charge, &source_inline(barcode))).await?;
        object(&answer, Charge::read, refusal)
    }

    /// `POST /charges/{id}/expire`. Only a later read shows the state of the charge.
    pub async fn expire(&self, id: &ChargeId) -> Result<(), ReadError> {
        let path = format!("/charges/{id}/expire");
        let request = Request { method: Method::Post, path, body: None, is_money: false };
        let answer = self.transport.send(request).await.map_err(|_| ReadError::Unreachable)?;
        Charge::read(&answer.body).map(|_| ()).map_err(|_| read_error(&answer))
    }

    /// `POST /charges/{id}/refunds`: refunds money.
    pub async fn refund(&self, charge: &ChargeId, refund: &NewRefund) -> Result<Refund, MoneyError> {
        let answer = self.post_money(&format!("/charges/{charge}/refunds"), &refund_body(refund)).await?;
        object(&answer, Refund::read, refund_refusal)
    }

    /// `GET /charges/{id}/refunds`: all of them, since Omise accepts at most fifteen for a charge.
    pub async fn refunds_of(&self, charge: &ChargeId) -> Result<RefundList, ReadError> {
        self.get(format!("/charges/{charge}/refunds?limit=100&order=chronological"), RefundList::read).await
    }

    /// `GET /refunds`, oldest first, including refunds that were made elsewhere.
    pub async fn refunds(&self, window: ListWindow) -> Result<RefundList, ReadError> {
        self.get(format!("/refunds?{}", window.query()), RefundList::read).await
    }

    async fn get<T>(&self, path: String, read: fn(&[u8]) -> Result<T, Unreadable>) -> Result<T, ReadError> {
        let request = Request { method: Method::Get, path, body: None, is_money: false };
        let answer = self.transport.send(request).await.map_err(|_| ReadError::Unreachable)?;
        if answer.status != 200 {
            return Err(read_error(&answer));
        }
        read(&answer.body).map_err(|_| read_error(&answer))
    }

    async fn post_money(&self, path: &str, body: &Value) -> Result<Answer, MoneyError> {
        let body = Some(body.to_string().into_bytes());
        let request = Request { method: Method::Post, path: path.to_owned(), body, is_money: true };
        self.transport.send(request).await.map_err(|error| money_error(&error))
    }
}

fn object<T>(
    answer: &Answer,
    read: fn(&[u8]) -> Result<T, Unreadable>,
    refusal: fn(&Answer) -> MoneyError,
) -> Result<T, MoneyError> {
    if answer.status != 200 {
        return Err(refusal(answer));
    }
    read(&answer.body).map_err(|error| match error {
        Unreadable::OtherObject { .. } => refusal(answer),
        Unreadable::NotAnObject | Unreadable::Field(_) => MoneyError::OutcomeUnknown(LostAnswer::Malformed),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use scantill_types::Currency;
    use scantill_types::payer_code::{Mode, SourceType, read};

    use super::*;
    use crate::transport::TransportError;

    #[derive(Debug)]
    struct Scripted {
        answer: Result<Answer, TransportError>,
        requests: Mutex<Vec<Request>>,
    }

    #[async_trait]
    impl Transport for Scripted {
        async fn send(&self, request: Request) -> Result<Answer, TransportError> {
            self.requests.lock().unwrap().push(request);
            self.answer.clone()
        }
    }

    async fn create(answer: Result<Answer, TransportError>) -> (Result<SourceId, MoneyError>, usize) {
        let transport = Arc::new(Scripted { answer, requests: Mutex::default() });
        let code = read("1234567890", SourceType::AlipayplusUpm, Mode::Test).unwrap().code;
        let barcode = Barcode { source_type: SourceType::AlipayplusUpm, code, place: None };
        let client = Client::new(transport.clone());
        let result = client.create_source(&barcode, Money::new(2_225, Currency::Thb)).await;
        let sent = transport.requests.lock().unwrap().len();
        (result, sent)
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, body: body.into(), retry_after_s: None }
    }

    #[tokio::test]
    async fn an_answer_about_another_charge_is_no_answer() {
        let body = r#"{"object":"charge","id":"chrg_2","livemode":false,"amount":1,"currency":"thb","status":"successful"}"#;
        let transport = Arc::new(Scripted { answer: Ok(answer(200, body)), requests: Mutex::default() });
        let client = Client::new(transport);
        assert_eq!(client.charge(&ChargeId::parse("chrg_1").unwrap()).await, Err(ReadError::Malformed));
        assert!(client.charge(&ChargeId::parse("chrg_2").unwrap()).await.is_ok());
    }

    #[tokio::test]
    async fn a_money_post_is_sent_once_after_any_answer() {
        let error = r#"{"object":"error","code":"too_many_requests","message":"m"}"#;
        let cases = [
            (Err(TransportError::NotSent("x".into())), MoneyError::NotSent),
            (Err(TransportError::Lost("x".into())), MoneyError::OutcomeUnknown(LostAnswer::Cut)),
            (Ok(answer(429, error)), MoneyError::Refused { code: "too_many_requests".into() }),
            (Ok(answer(200, "{\"object\":\"source\"")), MoneyError::OutcomeUnknown(LostAnswer::Malformed)),
            (Ok(answer(502, "<html>")), MoneyError::OutcomeUnknown(LostAnswer::ServerError)),
        ];
        for (answer, expected) in cases {
            assert_eq!(create(answer).await, (Err(expected), 1));
        }
    }
}
