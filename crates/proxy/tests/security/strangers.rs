//! Lines 8 and 17: of all routes that the document names, a stranger may use pairing and the page's origin alone, and no
//! route takes a method that it does not name.

use scantill_testkit::world::{World, payment_id};
use serde_json::{Value, json};

/// Who calls these has no token yet.
const OPEN: [&str; 2] = ["/v1/pair", "/v1/origin"];

/// Method and address of every route below `/v1`.
fn routes() -> Vec<(String, String)> {
    let document = serde_json::to_value(scantill_proxy::routes::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let named = paths.iter().filter(|(path, _)| path.starts_with("/v1/") && !OPEN.contains(&path.as_str()));
    named
        .flat_map(|(path, methods)| {
            let path =
                path.replace("{id}", payment_id().as_str()).replace("{refund_id}", payment_id().as_str());
            methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect()
}

#[tokio::test]
async fn every_route_of_the_document_refuses_a_stranger() {
    let world = World::start().await;
    let routes = routes();
    assert!(12 <= routes.len(), "{routes:?}");
    for (method, path) in routes {
        for token in [None, Some(""), Some("wrong")] {
            let url = format!("{}{path}", world.proxy);
            let request = world.http.request(method.parse().unwrap(), url).json(&json!({}));
            let request = match token {
                Some(token) => request.bearer_auth(token),
                None => request,
            };
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 401, "{method} {path}");
            assert!(answer.headers().contains_key("www-authenticate"), "{method} {path}");
            assert_eq!(answer.json::<Value>().await.unwrap()["code"], "unauthenticated", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn no_route_takes_another_method() {
    let world = World::start().await;
    let routes = routes();
    for path in routes.iter().map(|(_, path)| path) {
        for method in ["TRACE", "DELETE", "PATCH", "FOO", "GET", "POST", "PUT"] {
            if routes.iter().any(|(known, at)| at == path && known == method) {
                continue;
            }
            let answer = world.call(method, path).json(&json!({})).send().await.unwrap();
            assert_eq!(answer.status(), 405, "{method} {path}");
        }
    }
}
