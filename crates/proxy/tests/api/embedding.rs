//! Pages of other origins that embed the till.

use reqwest::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use reqwest::{Method, Response};

use crate::world::{Settings, World};

const SHOP: &str = "https://shop.example";

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

#[tokio::test]
async fn any_other_page_may_not() {
    let world = world().await;
    let answer = preflight(&world, "https://elsewhere.example", "PUT", "/v1/payments/p-1").await;
    assert_eq!(allowed(&answer), None);
    let unlisted = World::start().await;
    assert_eq!(allowed(&preflight(&unlisted, SHOP, "POST", "/v1/pair").await), None);
}
