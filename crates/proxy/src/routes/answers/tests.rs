//! Panics, late answers, and who is bound to HTTPS.

use axum::body::Body;
use axum::routing::get;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::clock::SystemEntropy;

async fn never() -> &'static str {
    std::future::pending().await
}

async fn panics() -> &'static str {
    panic!("the code was 281234567890123456")
}

fn router() -> Router {
    let limits = Limits { request_ms: 20, ..Limits::default() };
    let answers = Answers { entropy: Arc::new(SystemEntropy), by_tls: true, limits };
    around(Router::new().route("/panics", get(panics)).route("/never", get(never)), answers)
}

async fn ask(path: &str, host: &str) -> (StatusCode, HeaderMap, serde_json::Value) {
    let request = Request::get(path).header(header::HOST, host).body(Body::empty()).unwrap();
    let answer = router().oneshot(request).await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, headers, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn a_panic_is_a_problem_that_names_its_request_and_nothing_else() {
    let (status, headers, problem) = ask("/panics", "shop.example").await;
    assert_eq!((status.as_u16(), &problem["code"]), (500, &"internal".into()));
    assert_eq!(problem["request_id"], headers[REQUEST_ID].to_str().unwrap());
    assert!(!problem.to_string().contains("2812"), "{problem}");
}

#[tokio::test]
async fn what_is_not_answered_in_time_is_to_be_asked_again() {
    let (status, headers, problem) = ask("/never", "shop.example").await;
    assert_eq!(
        (status.as_u16(), &problem["code"], &headers["retry-after"]),
        (503, &"busy".into(), &"1".parse().unwrap())
    );
}

#[tokio::test]
async fn only_names_that_belong_to_one_shop_are_bound_to_https() {
    for (host, is_bound) in
        [("till.shop.example:8787", true), ("localhost:8787", false), ("a.localhost", false)]
    {
        let (_, headers, _) = ask("/panics", host).await;
        assert_eq!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY), is_bound, "{host}");
    }
}
