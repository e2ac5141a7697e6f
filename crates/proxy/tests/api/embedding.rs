//! Pages of other origins that embed the till.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use reqwest::{Method, Response};
use scantill_testkit::world::{Settings, World, payment_id};

const SHOP: &str = "https://shop.example";
const ELSEWHERE: &str = "https://elsewhere.example";

async fn world() -> World {
    World::start_with(Settings { origins: &[SHOP], ..Settings::default() }).await
}

/// What a browser asks before it sends a till's request.
async fn preflight(world: &World, origin: &str, method: &str, path: &str) -> Response {
    let asked = world.http.request(Method::OPTIONS, format!("{}{path}", world.proxy)).header(ORIGIN, origin);
    let asked = asked.header(ACCESS_CONTROL_REQUEST_METHOD, method);
    asked.header(ACCESS_CONTROL_REQUEST_HEADERS, "authorization,content-type").send().await.unwrap()
}

fn allowed(answer: &Response) -> Option<&str> {
    answer.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).and_then(|origin| origin.to_str().ok())
}

#[tokio::test]
async fn a_page_that_is_listed_may_send_every_call_of_a_till() {
    let world = world().await;
    for (method, path) in [
        ("POST", "/v1/pair"),
        ("GET", "/v1/terminal"),
        ("PUT", "/v1/payments/p-1"),
        ("POST", "/v1/payments/p-1/cancel"),
        ("PUT", "/v1/payments/p-1/refunds/r-1"),
    ] {
        let answer = preflight(&world, SHOP, method, path).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (200, Some(SHOP)), "{method} {path}");
    }
}

/// What a page of an origin is told, whether or not its browser lets it read that.
async fn told(world: &World, origin: &str, method: &str, path: &str, token: &str) -> Response {
    let url = format!("{}{path}", world.proxy);
    let request = world.http.request(method.parse().unwrap(), url).header(ORIGIN, origin);
    let request = request.bearer_auth(token).header("Content-Type", "application/json");
    request.body("{}").send().await.unwrap()
}

#[tokio::test]
async fn a_page_that_is_listed_reads_why_it_was_refused() {
    let world = world().await;
    let (token, id) = (world.token.as_str(), payment_id());
    let huge = format!("/v1/payments/{id}?{}", "x".repeat(10_000));
    let cases = [
        ("GET", "/v1/terminal", "", 401),
        ("GET", "/v1/events", "wrong", 401),
        ("GET", "/v1/payments?limit=x", token, 422),
        ("POST", "/v1/pair", "", 422),
        ("PUT", &format!("/v1/payments/{id}"), token, 422),
        ("GET", &format!("/v1/payments/{id}"), token, 404),
        ("GET", "/v1/none", token, 404),
        ("GET", "/v1/", token, 404),
        ("GET", "/none", "", 404),
        ("DELETE", "/v1/terminal", token, 405),
        ("GET", &huge, token, 404),
    ];
    for (method, path, token, status) in cases {
        let answer = told(&world, SHOP, method, path, token).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (status, Some(SHOP)), "{method} {path:.60}");
        let is_call = path.starts_with("/v1/") && path != "/v1/";
        let status = if is_call { 403 } else { status };
        let answer = told(&world, ELSEWHERE, method, path, token).await;
        assert_eq!((answer.status().as_u16(), allowed(&answer)), (status, None), "{method} {path:.60}");
    }
}

#[tokio::test]
async fn every_page_may_ask_whether_it_is_listed_and_for_nothing_else() {
    let world = world().await;
    let ask = async |origin: Option<&str>| {
        let request = world.http.get(format!("{}/v1/origin", world.proxy));
        let answer = match origin {
            Some(origin) => request.header(ORIGIN, origin),
            None => request,
        };
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        (allowed(&answer).map(str::to_owned), answer.text().await.unwrap())
    };
    let yes = "{\"allowed\":true}".to_owned();
    assert_eq!(ask(Some(SHOP)).await, (Some(SHOP.to_owned()), yes.clone()));
    assert_eq!(ask(None).await.1, yes);
    for stranger in [ELSEWHERE, "null", "https://shop.example.elsewhere.example"] {
        assert_eq!(ask(Some(stranger)).await, (Some("*".to_owned()), "{\"allowed\":false}".to_owned()));
    }
}

#[tokio::test]
async fn everybody_may_read_the_tills_files_but_only_listed_pages_frame_them() {
    let mut world = World::without_proxy(Settings { origins: &[SHOP], ..Settings::default() }).await;
    std::fs::create_dir(world.folder.path().join("till")).unwrap();
    std::fs::write(world.folder.path().join("till/index.html"), "a till").unwrap();
    world.till = Some("till");
    world.start_proxy().await;
    for path in ["/", "/none.js"] {
        let answer = told(&world, ELSEWHERE, "GET", path, "").await;
        assert_eq!(allowed(&answer), Some("*"), "{path}");
        let policy = answer.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.ends_with("; frame-ancestors 'self' https://shop.example"), "{policy}");
    }
}

#[tokio::test]
async fn any_other_page_may_not() {
    let world = world().await;
    let answer = preflight(&world, ELSEWHERE, "PUT", "/v1/payments/p-1").await;
    assert_eq!(allowed(&answer), None);
    let unlisted = World::start().await;
    assert_eq!(allowed(&preflight(&unlisted, SHOP, "POST", "/v1/pair").await), None);
}
