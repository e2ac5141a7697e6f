//! Line 19: the whole set of headers of each kind of answer.

use reqwest::Response;
use serde_json::json;

use crate::raw::{address, answer};
use scantill_testkit::world::{Settings, World};

const SHOP: &str = "https://shop.example";
const NOT_ALWAYS_THE_SAME: [&str; 6] =
    ["date", "content-length", "x-request-id", "last-modified", "etag", "transfer-encoding"];
const OF_ALL: [&str; 4] = [
    "cross-origin-opener-policy: same-origin",
    "permissions-policy: camera=(self), hid=(self), screen-wake-lock=(self), microphone=(), geolocation=(), \
     payment=(), usb=(), serial=(), bluetooth=(), midi=(), display-capture=()",
    "referrer-policy: no-referrer",
    "x-content-type-options: nosniff",
];
const OWN: &str = "cross-origin-resource-policy: same-origin";
const SHARED: &str = "cross-origin-resource-policy: cross-origin";
const OF_FILES: [&str; 4] = [
    "access-control-allow-origin: *",
    "cache-control: no-cache",
    "content-security-policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; worker-src \
     'self' blob:; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-src 'self'; frame-ancestors 'self' https://shop.example",
    SHARED,
];
const OF_API: [&str; 4] = [
    "access-control-allow-origin: https://shop.example",
    "access-control-expose-headers: www-authenticate,dpop-nonce",
    OWN,
    "vary: origin",
];

async fn world() -> World {
    let settings = Settings { webhooks: false, origins: &[SHOP], ..Settings::default() };
    let mut world = World::without_proxy(settings).await;
    let folder = world.folder.path().join("till");
    std::fs::create_dir_all(folder.join("pkg")).unwrap();
    std::fs::write(folder.join("index.html"), "a till").unwrap();
    std::fs::write(folder.join("pkg/scantill.js"), "export default 1;").unwrap();
    world.till = Some("till");
    world.start_proxy().await;
    world.token = world.pair("till-1").await.token;
    world
}

fn told(answer: &Response) -> Vec<String> {
    let headers = answer.headers().iter();
    let lines = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    let is_same =
        |line: &String| NOT_ALWAYS_THE_SAME.iter().all(|name| !line.starts_with(&format!("{name}:")));
    let mut lines: Vec<String> = lines.filter(is_same).collect();
    lines.sort();
    lines
}

fn expected(parts: &[&[&str]]) -> Vec<String> {
    let mut lines: Vec<String> = parts.concat().iter().map(|line| (*line).to_owned()).collect();
    lines.sort();
    lines
}

#[tokio::test]
async fn each_kind_of_answer_has_exactly_these_headers() {
    let world = world().await;
    let ask = async |method: &str, path: &str, body: String| {
        let request =
            world.call(method, path).header("Origin", SHOP).header("Content-Type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        (answer.status().as_u16(), told(&answer))
    };
    let problem = ["content-type: application/problem+json", "cache-control: no-store"];
    let json = ["content-type: application/json", "cache-control: no-store"];
    let stream =
        ["content-type: text/event-stream", "cache-control: no-store, no-transform", "x-accel-buffering: no"];
    let huge = json!({"device_id": "x".repeat(70_000)}).to_string();
    let nothing = String::new;
    let cases: [(&str, &str, String, u16, Vec<String>); 8] = [
        ("GET", "/", nothing(), 200, expected(&[&OF_ALL, &OF_FILES, &["content-type: text/html"]])),
        (
            "GET",
            "/pkg/scantill.js",
            nothing(),
            200,
            expected(&[&OF_ALL, &OF_FILES, &["content-type: text/javascript"]]),
        ),
        ("GET", "/none.js", nothing(), 404, expected(&[&OF_ALL, &OF_FILES])),
        ("GET", "/v1/terminal", nothing(), 200, expected(&[&OF_ALL, &OF_API, &json])),
        ("GET", "/v1/none", nothing(), 404, expected(&[&OF_ALL, &OF_API, &problem])),
        ("POST", "/v1/pair", huge.clone(), 413, expected(&[&OF_ALL, &OF_API, &problem])),
        ("GET", "/v1/events", nothing(), 200, expected(&[&OF_ALL, &OF_API, &stream])),
        (
            "POST",
            "/webhooks/omise/demo",
            huge,
            401,
            expected(&[&OF_ALL, &[OWN, "www-authenticate: Omise-Signature"], &problem]),
        ),
    ];
    for (method, path, body, status, headers) in cases {
        assert_eq!(ask(method, path, body).await, (status, headers), "{method} {path}");
    }
}

#[tokio::test]
async fn answers_before_any_route_have_them_too() {
    let world = world().await;
    let (status, said) = answer(&address(&world), "GET / HTTP/1.1\r\n\r\n").await;
    let said = said.to_lowercase();
    assert!(status == 400 && OF_ALL.iter().all(|line| said.contains(&line.to_lowercase())), "{said}");
}
