//! The transport: how requests reach Omise.

use std::fmt;

use async_trait::async_trait;

/// A request below the API's address. The transport adds the key and the version.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Path and query, beginning with `/`.
    pub path: String,
    /// A JSON body. It may hold a payer's code: never log it.
    pub body: Option<Vec<u8>>,
    /// Whether it moves money. Such a request is sent at most once, over a fresh connection (P6).
    pub is_money: bool,
}

/// The HTTP methods in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create or act.
    Post,
}

/// A complete answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The complete body. It may hold a payer's code: never log it.
    pub body: Vec<u8>,
    /// The earliest time for another try, in seconds, if the server gave one.
    pub retry_after_s: Option<u64>,
}

/// Why there is no complete answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// It failed before the first byte was sent.
    #[error("not sent: {0}")]
    NotSent(String),
    /// Bytes were sent, and no complete answer came back.
    #[error("answer lost: {0}")]
    Lost(String),
}

/// Sends one request and waits for its complete answer. Never follows a redirect, never retries.
#[async_trait]
pub trait Transport: Send + Sync + fmt::Debug {
    /// Sends `request`.
    async fn send(&self, request: Request) -> Result<Answer, TransportError>;
}

impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:?} {} ({} bytes)",
            self.method,
            self.path,
            self.body.as_ref().map_or(0, Vec::len)
        )
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({} bytes)", self.status, self.body.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_is_ever_printed() {
        let body = br#"{"barcode":"281234567890123456"}"#.to_vec();
        let request = Request {
            method: Method::Post,
            path: "/sources".into(),
            body: Some(body.clone()),
            is_money: true,
        };
        assert_eq!(format!("{request:?}"), "Post /sources (32 bytes)");
        assert_eq!(format!("{:?}", Answer { status: 200, body, retry_after_s: None }), "200 (32 bytes)");
    }
}
