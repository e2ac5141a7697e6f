//! Line 12: a stolen token is worth nothing without the device's key, and a proof is good for one request.

use futures_util::future::join_all;
use reqwest::{RequestBuilder, Response};
use scantill_types::api::{Payment, Problem};
use serde_json::{Value, json};

use crate::signer::{Bound, Signer, base64url, claims, nonce};
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, World, body, magic, payment_id, read, until};

const PATH: &str = "/v1/terminal";

async fn world() -> World {
    World::start_with(Settings::without_webhooks()).await
}

async fn world_and_till() -> (World, Bound) {
    let world = world().await;
    let till = Bound::pair(&world, &json!({"device_id": "till-2"})).await;
    (world, till)
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

/// The error of the challenge, as the RFC names it.
fn error(answer: &Response) -> String {
    assert_eq!(answer.status(), 401);
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    let (start, error) = challenge.split_once("error=").unwrap();
    assert_eq!(start, "DPoP realm=\"scantill\", algs=\"ES256\", ");
    error.trim_matches('"').to_owned()
}

async fn asked(request: RequestBuilder) -> String {
    error(&request.send().await.unwrap())
}

#[tokio::test]
async fn a_bound_token_alone_opens_nothing() {
    let (world, till) = world_and_till().await;
    let id = payment_id();
    let payment = format!("/v1/payments/{id}");
    let calls = [
        ("GET", PATH),
        ("GET", "/v1/payments"),
        ("GET", "/v1/events"),
        ("GET", payment.as_str()),
        ("PUT", payment.as_str()),
        ("GET", "/v1/reviews"),
    ];
    for (method, path) in calls {
        let request = world.http.request(method.parse().unwrap(), format!("{}{path}", world.proxy));
        let request = request.bearer_auth(&till.token).json(&body(&magic("00")));
        assert_eq!(asked(request).await, "invalid_token", "{method} {path}");
        assert_eq!(asked(till.bare(&world, method, path)).await, "invalid_dpop_proof", "{method} {path}");
    }
    assert_eq!(status(till.call(&world, "GET", &payment)).await, 404, "nothing was begun");
}

#[tokio::test]
async fn a_whole_sale_is_taken_with_proofs() {
    let (world, till) = world_and_till().await;
    let path = format!("/v1/payments/{}", payment_id());
    let events = till.call(&world, "GET", "/v1/events").send().await.unwrap();
    assert_eq!((events.status().as_u16(), nonce(events.headers()).len()), (200, 32));
    let put: Payment = read(till.call(&world, "PUT", &path).json(&body(&magic("00")))).await.unwrap();
    until("paid", async || till.payment(&world, &path).await.disposition.is_some()).await;
    assert_eq!(till.payment(&world, &path).await.id, put.id);
    assert_eq!(status(till.call(&world, "GET", "/v1/payments")).await, 200);
}

#[tokio::test]
async fn a_proof_is_good_for_one_request() {
    let (world, till) = world_and_till().await;
    let proof = till.proof(&world, "GET", PATH);
    let call = || till.bare(&world, "GET", PATH).header("DPoP", &proof);
    assert_eq!(status(call()).await, 200);
    assert_eq!(asked(call()).await, "invalid_dpop_proof");
}

#[tokio::test]
async fn the_proofs_of_one_device_use_up_none_of_another() {
    let world = world().await;
    let (first, second) = (
        Bound::pair(&world, &json!({"device_id": "till-2"})).await,
        Bound::pair(&world, &json!({"device_id": "till-3"})).await,
    );
    for till in [&first, &second] {
        let mut claims = till.claims(&world, "GET", PATH);
        (claims["jti"], claims["nonce"]) = ("the-same-of-both".into(), first.nonce.clone().into());
        let proof = till.signer.sign(&till.signer.header(), &claims);
        assert_eq!(status(till.bare(&world, "GET", PATH).header("DPoP", proof)).await, 200);
    }
}

#[tokio::test]
async fn of_many_at_once_with_one_proof_one_is_answered() {
    let (world, till) = world_and_till().await;
    let proof = till.proof(&world, "GET", PATH);
    let calls = (0..16).map(|_| status(till.bare(&world, "GET", PATH).header("DPoP", &proof)));
    let taken = join_all(calls).await.into_iter().filter(|status| *status == 200);
    assert_eq!(taken.count(), 1);
}

/// Everything that may be wrong with a proof but its nonce.
fn wrong_ones(world: &World, till: &Bound) -> Vec<(&'static str, String)> {
    let header = till.signer.header();
    let with = |name: &'static str, value: Value| {
        let mut claims = till.claims(world, "GET", PATH);
        claims[name] = value;
        (name, till.signer.sign(&header, &claims))
    };
    let under = |what: &'static str, change: fn(&mut Value)| {
        let mut header = header.clone();
        change(&mut header);
        (what, till.signer.sign(&header, &till.claims(world, "GET", PATH)))
    };
    let other = Signer::new();
    let right = till.proof(world, "GET", PATH);
    let signed = right.rsplit_once('.').unwrap().0;
    let mut wrong = vec![
        with("htm", "PUT".into()),
        with("htm", "get".into()),
        with("htu", format!("{}/v1/payments", world.proxy).into()),
        with("htu", format!("https://evil.example{PATH}").into()),
        with("htu", PATH.into()),
        with("htu", format!("{}/x{PATH}", world.proxy).into()),
        with("ath", base64url(&[0; 32]).into()),
        with("ath", Value::Null),
        with("jti", "short".into()),
        with("jti", "x".repeat(65).into()),
        with("jti", Value::Null),
        with("iat", Value::Null),
        under("none", |header| header["alg"] = "none".into()),
        under("hmac", |header| header["alg"] = "HS256".into()),
        under("typ", |header| header["typ"] = "JWT".into()),
        under("private", |header| header["jwk"]["d"] = base64url(&[1; 32]).into()),
        under("crit", |header| header["crit"] = json!(["b64"])),
        under("kind", |header| header["jwk"]["kty"] = "RSA".into()),
        under("curve", |header| header["jwk"]["crv"] = "P-384".into()),
        under("x", |header| header["jwk"]["x"] = base64url(&[1; 32]).into()),
        under("long", |header| header["jwk"]["kid"] = "x".repeat(2_000).into()),
    ];
    let claims = till.claims(world, "GET", PATH);
    wrong.push(("a key of the thief's own", other.sign(&other.header(), &claims)));
    wrong.push(("another key behind the device's", other.sign(&header, &claims)));
    wrong.push(("no signature", format!("{signed}.")));
    wrong.push(("no third part", signed.to_owned()));
    wrong.push(("nothing", String::new()));
    wrong
}

#[tokio::test]
async fn every_wrong_proof_is_refused_in_the_same_words() {
    let (world, till) = world_and_till().await;
    let mut told = Vec::new();
    for (what, proof) in wrong_ones(&world, &till) {
        let answer = till.bare(&world, "GET", PATH).header("DPoP", proof).send().await.unwrap();
        assert_eq!(error(&answer), "invalid_dpop_proof", "{what}");
        told.push(answer.json::<Problem>().await.unwrap().detail);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    let twice = till.call(&world, "GET", PATH).header("DPoP", till.proof(&world, "GET", PATH));
    assert_eq!(asked(twice).await, "invalid_dpop_proof");
    assert_eq!(status(till.call(&world, "GET", PATH)).await, 200);
}

#[tokio::test]
async fn a_query_and_a_wrong_clock_of_the_till_do_not_matter() {
    let (world, till) = world_and_till().await;
    let mut claims = till.claims(&world, "GET", "/v1/payments?limit=3#part");
    claims["iat"] = 9_999_999_999_u64.into();
    let proof = till.signer.sign(&till.signer.header(), &claims);
    assert_eq!(status(till.bare(&world, "GET", "/v1/payments?limit=3").header("DPoP", proof)).await, 200);
}

#[tokio::test]
async fn a_proof_without_a_good_nonce_is_made_again_with_the_answers() {
    let (world, mut till) = world_and_till().await;
    for bad in [Value::Null, "".into(), base64url(&[0; 24]).into(), "x".repeat(32).into()] {
        let mut claims = till.claims(&world, "GET", PATH);
        claims["nonce"] = bad;
        let proof = till.signer.sign(&till.signer.header(), &claims);
        let answer = till.bare(&world, "GET", PATH).header("DPoP", proof).send().await.unwrap();
        assert_eq!(error(&answer), "use_dpop_nonce");
    }
    world.clock.pass_ms(5 * 60 * 1_000);
    let answer = till.call(&world, "GET", PATH).send().await.unwrap();
    assert_eq!(error(&answer), "use_dpop_nonce", "five minutes old");
    till.nonce = nonce(answer.headers());
    let answer = till.call(&world, "GET", PATH).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("dpop-nonce"), "the next one needs no trip of its own");
}

#[tokio::test]
async fn a_restart_costs_one_retry_and_lets_no_used_proof_in() {
    let (mut world, mut till) = world_and_till().await;
    let base = world.proxy.clone();
    let used = till.proof(&world, "GET", PATH);
    let replay = |till: &Bound, world: &World| till.bare(world, "GET", PATH).header("DPoP", &used);
    assert_eq!(status(replay(&till, &world)).await, 200);
    world.stop_proxy().await;
    world.start_proxy().await;
    let answer = replay(&till, &world).send().await.unwrap();
    assert_eq!(error(&answer), "use_dpop_nonce");
    till.nonce = nonce(answer.headers());
    // The till goes on calling the address at which it was paired; only this test's proxy has another port.
    let mut claims = till.claims(&world, "GET", PATH);
    claims["htu"] = format!("{base}{PATH}").into();
    let proof = till.signer.sign(&till.signer.header(), &claims);
    assert_eq!(status(till.bare(&world, "GET", PATH).header("DPoP", proof)).await, 200);
}

#[tokio::test]
async fn a_wrong_proof_spends_no_pairing_code() {
    let (mut world, _) = world_and_till().await;
    let code = world.pairing_code(true).await;
    let signer = Signer::new();
    let url = format!("{}/v1/pair", world.proxy);
    let post = |claims: &Value| {
        let request = world.http.post(&url).json(&json!({"code": code, "device_id": "till-3"}));
        request.header("DPoP", signer.sign(&signer.header(), claims))
    };
    let good = nonce(post(&claims("POST", &url, "")).send().await.unwrap().headers());
    for (claims, wanted) in [
        (claims("POST", &url, ""), "use_dpop_nonce"),
        (claims("GET", &url, &good), "invalid_dpop_proof"),
        (claims("POST", &world.proxy, &good), "invalid_dpop_proof"),
        (claims("POST", &format!("ftp://x{}", "/v1/pair"), &good), "invalid_dpop_proof"),
    ] {
        assert_eq!(asked(post(&claims)).await, wanted);
    }
    let body = json!({"code": code, "device_id": "till-3"});
    let forged = Signer::new().sign(&signer.header(), &claims("POST", &url, &good));
    assert_eq!(asked(world.http.post(&url).json(&body).header("DPoP", forged)).await, "invalid_dpop_proof");
    assert_eq!(status(post(&claims("POST", &url, &good))).await, 200);
    world.stop_proxy().await;
}

#[tokio::test]
async fn who_pairs_without_a_body_has_no_signature_checked() {
    let world = world().await;
    let post = world.http.post(format!("{}/v1/pair", world.proxy)).header("DPoP", "x.y.z");
    let whole = post.try_clone().unwrap().json(&json!({"device_id": "x"}));
    assert_eq!(status(post.header("Content-Type", "application/json").body("{")).await, 400);
    assert_eq!(status(whole).await, 401);
}

#[tokio::test]
async fn an_unbound_device_goes_on_unless_keys_are_required() {
    let mut world = world().await;
    assert_eq!(status(world.call("GET", PATH)).await, 200);
    let bound_in_name = Bound { signer: Signer::new(), token: world.token.clone(), nonce: String::new() };
    assert_eq!(asked(bound_in_name.call(&world, "GET", PATH)).await, "invalid_token");
    world.stop_proxy().await;
    world.require_keys();
    world.start_proxy().await;
    let answer = world.call("GET", PATH).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let refused = world.http.post(format!("{}/v1/pair", world.proxy)).json(&json!({"device_id": "x"}));
    assert_eq!(status(refused).await, 403);
    let till = Bound::pair(&world, &json!({"device_id": "x"})).await;
    assert_eq!(status(till.call(&world, "GET", PATH)).await, 200);
}

#[tokio::test]
async fn a_page_that_is_listed_may_send_proofs_and_read_nonces() {
    let shop = "https://shop.example";
    let settings = Settings { webhooks: false, origins: &["https://shop.example"], ..Settings::default() };
    let world = World::start_with(settings).await;
    let url = format!("{}{PATH}", world.proxy);
    let preflight = world.http.request(reqwest::Method::OPTIONS, &url).header("Origin", shop);
    let preflight = preflight.header("Access-Control-Request-Method", "GET").send().await.unwrap();
    let allowed = preflight.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(allowed.split(',').any(|name| name == "dpop"), "{allowed}");
    let answer = world.http.get(&url).header("Origin", shop).send().await.unwrap();
    let exposed = answer.headers()["access-control-expose-headers"].to_str().unwrap();
    assert_eq!(exposed, "www-authenticate,dpop-nonce");
}

#[tokio::test]
async fn a_stolen_token_is_logged_and_an_old_nonce_is_not() {
    let program = Program::start_with(Settings::without_webhooks()).await;
    let mut till = Bound::pair(&program, &json!({"device_id": "till-2"})).await;
    let good = std::mem::take(&mut till.nonce);
    assert_eq!(asked(till.call(&program, "GET", PATH)).await, "use_dpop_nonce");
    till.nonce = good;
    assert_eq!(status(till.call(&program, "GET", PATH)).await, 200);
    assert!(!program.log().contains("refused_proof"), "{}", program.log());
    let wrong = till.bare(&program, "GET", PATH).header("DPoP", "none");
    assert_eq!(asked(wrong).await, "invalid_dpop_proof");
    assert_eq!(program.log().matches("kind=\"refused_proof\"").count(), 1, "{}", program.log());
    let stolen = program.http.get(format!("{}{PATH}", program.proxy)).bearer_auth(&till.token);
    assert_eq!(asked(stolen).await, "invalid_token");
    let log = program.log();
    assert_eq!(log.matches("kind=\"refused_proof\"").count(), 2, "{log}");
    let line = log.lines().rfind(|line| line.contains("kind=\"refused_proof\"")).unwrap();
    assert!(line.contains("device=till-2") && line.contains("peer=127.0.0.1"), "{line}");
    assert!(!log.contains(&till.token), "{log}");
}

#[tokio::test]
async fn the_list_of_terminals_tells_which_devices_have_no_key() {
    let mut program = Program::start_with(Settings::without_webhooks()).await;
    Bound::pair(&program, &json!({"device_id": "till-2"})).await;
    for is_running in [true, false] {
        if !is_running {
            program.kill().await;
        }
        let mut command = program.command(&["terminal", "list"]);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let list = String::from_utf8(output.stdout).unwrap();
        let line_of = |device: &str| list.lines().find(|line| line.trim_start().starts_with(device)).unwrap();
        let column_of = |device: &str| line_of(device).split(" · ").nth(3).unwrap();
        assert_eq!((column_of("till-1"), column_of("till-2")), ("no key", "bound to a key"), "{list}");
    }
}
