//! A till's token is bound to a key that this browser alone can use.

use js_sys::{Function, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use super::fake_proxy::{Answer, Asked, FakeProxy, problem, put_answer, terminal};
use super::stage::{Keys, Stage, clear, everything_stored, until};

const TOKEN: &str = "DPoP token-1";

/// A proxy that binds a token to the key of the till that pairs with a proof.
fn binding() -> FakeProxy {
    let proxy = FakeProxy::new();
    proxy.on("POST", "/v1/pair", |asked| {
        let kind = if asked.proof.is_some() { "DPoP" } else { "Bearer" };
        Answer::Json(200, json!({ "token": "token-1", "token_type": kind, "terminal": terminal() }))
    });
    proxy
}

/// One part of a proof: 0 is its header, 1 its claims.
fn part(asked: &Asked, index: usize) -> Value {
    let part = asked.proof.as_deref().unwrap().split('.').nth(index).unwrap();
    let plain = web_sys::window().unwrap().atob(&part.replace('-', "+").replace('_', "/")).unwrap();
    serde_json::from_str(&plain).unwrap()
}

/// Runs a script of the host page.
async fn run(script: &str) -> Result<JsValue, JsValue> {
    let made = Function::new_no_args(&format!("return (async () => {{ {script} }})()"));
    JsFuture::from(made.call0(&JsValue::NULL)?.unchecked_into::<Promise>()).await
}

/// The key pair of the till `tablet`, as any script of the page reads it.
const KEYS: &str = "const open = indexedDB.open('scantill');
    await new Promise((done) => { open.onsuccess = done; });
    const step = open.result.transaction('keys');
    const request = step.objectStore('keys').get(`scantill:${origin}:tablet`);
    await new Promise((done) => { step.oncomplete = done; });
    open.result.close();
    const keys = request.result;";

#[wasm_bindgen_test]
async fn pairing_binds_the_token_and_every_call_is_proved() {
    let proxy = binding();
    let stage = Stage::at_scan().await;
    let origin = web_sys::window().unwrap().origin();
    let pair = &proxy.calls("POST /v1/pair")[0];
    assert_eq!(part(pair, 0)["typ"], "dpop+jwt");
    assert!(part(pair, 0)["jwk"].get("d").is_none());
    assert_eq!(part(pair, 1)["htu"], format!("{origin}/v1/pair"));
    assert!(part(pair, 1).get("ath").is_none());
    until("the stream", || 0 < proxy.streams()).await;
    let calls: Vec<Asked> = proxy.everything().into_iter().filter(|asked| asked.path != "/v1/pair").collect();
    let mut ids = Vec::new();
    for asked in &calls {
        let said = part(asked, 1);
        let path = asked.path.split('?').next().unwrap();
        assert_eq!(asked.token.as_deref(), Some(TOKEN));
        assert_eq!((&said["htm"], &said["htu"]), (&json!(asked.method), &json!(format!("{origin}{path}"))));
        // SHA-256 of `token-1`.
        assert_eq!(said["ath"], "PwiqzhIu4jaEMsHKI6BJvGQLr78A_fM6UkKfOLoS2_k");
        assert_eq!(part(asked, 0), part(pair, 0), "one key");
        ids.push(said["jti"].to_string());
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert!(1 < count && ids.len() == count, "each proof has an id of its own");
    drop(stage);
}

#[wasm_bindgen_test]
async fn no_script_can_read_the_private_key() {
    let proxy = binding();
    let stage = Stage::at_keypad().await;
    for format in ["pkcs8", "jwk", "raw"] {
        let told = run(&format!("{KEYS} return crypto.subtle.exportKey('{format}', keys.privateKey)")).await;
        let error = Reflect::get(&told.unwrap_err(), &"name".into()).unwrap().as_string();
        assert_eq!(error.as_deref(), Some("InvalidAccessError"), "{format}");
    }
    let script = format!("{KEYS} return [keys.privateKey.extractable, keys.privateKey.usages].join()");
    let flags = run(&script).await.unwrap();
    assert_eq!(flags.as_string().as_deref(), Some("false,sign"));
    assert!(everything_stored().contains("tablet:token=DPoP token-1"));
    drop((proxy, stage));
}

#[wasm_bindgen_test]
async fn a_page_that_is_loaded_again_goes_on_with_its_key() {
    let proxy = binding();
    let stage = Stage::at_keypad().await;
    let again = stage.reload();
    again.screen("amount").await;
    assert_eq!(proxy.calls("POST /v1/pair").len(), 1);
    let asked = proxy.calls("GET /v1/terminal").pop().unwrap();
    assert_eq!(part(&asked, 0), part(&proxy.calls("POST /v1/pair")[0], 0));
}

#[wasm_bindgen_test]
async fn a_put_with_an_expired_nonce_is_repeated_unchanged() {
    let proxy = binding();
    let stage = Stage::at_scan().await;
    let mut refusals = 1;
    proxy.on("PUT", "/v1/payments/", move |asked| {
        refusals -= 1;
        if 0 <= refusals {
            Answer::UseNonce("n-2")
        } else {
            Answer::Json(201, put_answer(asked, 1, "pending"))
        }
    });
    Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
    let puts = proxy.calls("PUT /v1/payments/");
    assert_eq!(puts.len(), 2);
    assert_eq!((&puts[0].path, &puts[0].body), (&puts[1].path, &puts[1].body));
    assert_eq!(part(&puts[1], 1)["nonce"], "n-2");
    assert_ne!(part(&puts[0], 1)["jti"], part(&puts[1], 1)["jti"]);
}

#[wasm_bindgen_test]
async fn a_proxy_that_refuses_every_nonce_is_asked_twice() {
    let proxy = binding();
    let stage = Stage::at_scan().await;
    proxy.on("PUT", "/v1/payments/", |_| Answer::UseNonce("n"));
    proxy.on("POST", "/v1/pair", |_| problem(403, "pairing_refused"));
    Keys::new().scan("28763443825664394");
    stage.screen("pair").await;
    assert_eq!(proxy.calls("PUT /v1/payments/").len(), 2);
}

/// A browser that kept its storage and lost its keys, made by copying the storage to another device id.
const COPY: &str = "for (const [key, value] of Object.entries(localStorage))
    localStorage.setItem(key.replace(':tablet', ':keyless'), value);";

#[wasm_bindgen_test]
async fn a_till_without_its_key_pairs_again_and_loses_nothing() {
    let proxy = binding();
    let stage = Stage::at_scan().await;
    proxy.on("PUT", "/v1/payments/", |asked| Answer::Json(201, put_answer(asked, 1, "pending")));
    Keys::new().scan("28763443825664394");
    stage.screen("pending").await;
    let put = proxy.calls("PUT /v1/payments/").remove(0);
    proxy.on("GET", "/v1/payments/", move |_| {
        let mut payment = put_answer(&put, 2, "pending");
        payment["holder"] = "keyless".into();
        Answer::Json(200, payment)
    });
    proxy.on("POST", "/v1/pair", |asked| match asked.body["code"].as_str() {
        Some(_) => {
            Answer::Json(200, json!({ "token": "token-1", "token_type": "DPoP", "terminal": terminal() }))
        }
        None => problem(403, "pairing_refused"),
    });
    run(COPY).await.unwrap();
    drop(stage);
    let stage = Stage::again("keyless");
    stage.screen("pair").await;
    assert!(proxy.asked().iter().any(|asked| asked.token.as_deref() == Some(TOKEN) && asked.proof.is_none()));
    stage.enter("pairing-code", "K7-RIGHT").await;
    stage.press("pair").await;
    stage.screen("pending").await;
}

/// Pairs a till in a browser that lacks something.
async fn pairs_without(name: &str, device: &str) {
    let proxy = binding();
    clear();
    let (object, property) = name.split_once('.').unwrap();
    let hide =
        format!("Object.defineProperty({object}, '{property}', {{ value: undefined, configurable: true }})");
    run(&hide).await.unwrap();
    let stage = Stage::again(device);
    until("a token", || everything_stored().contains(":token=Bearer token-1")).await;
    run(&format!("delete {object}.{property}")).await.unwrap();
    assert!(proxy.calls("POST /v1/pair")[0].proof.is_none());
    drop(stage);
}

#[wasm_bindgen_test]
async fn a_browser_without_keys_pairs_by_the_token_alone() {
    pairs_without("crypto.subtle", "no-subtle").await;
    pairs_without("window.indexedDB", "no-database").await;
}
