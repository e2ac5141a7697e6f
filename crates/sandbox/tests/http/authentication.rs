//! Keys: their account and their rights.

use serde_json::json;

use crate::shop::{Shop, charge_body};

#[tokio::test]
async fn keys_of_one_name_open_one_account() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    let account = shop.get("/account").await.json;
    let shop = shop.with_key("skey_test_demo.2");
    assert_eq!(shop.get("/account").await.json["id"], account["id"]);
    assert_eq!(shop.read_charge(&id).await["id"], json!(id));
}

#[tokio::test]
async fn another_accounts_charge_is_not_found() {
    let shop = Shop::open().await;
    let id = shop.charge("289990300000000000").await;
    let shop = shop.with_key("skey_test_other");
    let message = shop.get(&format!("/charges/{id}")).await.refused(404, "not_found");
    assert_eq!(message, format!("charge {id} was not found"));
    assert_eq!(shop.get("/charges").await.json["total"], 0);
}

#[tokio::test]
async fn a_malformed_key_is_refused_everywhere() {
    for key in ["", "skey_demo", "nonsense", "skey_test_"] {
        let shop = Shop::open().await.with_key(key);
        for path in ["/account", "/charges", "/capability", "/no/such/route"] {
            assert_eq!(shop.get(path).await.refused(401, "authentication_failure"), "authentication failed");
        }
    }
}

#[tokio::test]
async fn a_public_key_may_make_sources_and_read_capability_only() {
    let shop = Shop::open().await.with_key("pkey_test_demo");
    let source =
        json!({ "amount": 2225, "currency": "thb", "type": "barcode_alipay", "barcode": "1234567890" });
    let id = shop.post("/sources", source).await.json["id"].as_str().unwrap().to_owned();
    assert_eq!(shop.get(&format!("/sources/{id}")).await.status, 200);
    assert_eq!(shop.get("/capability").await.status, 200);
    shop.get("/account").await.refused(403, "not_authorized");
    shop.get("/charges").await.refused(403, "not_authorized");
    shop.post("/charges", charge_body("1234567890")).await.refused(403, "not_authorized");
}

#[tokio::test]
async fn a_live_key_is_another_account_in_live_mode() {
    let shop = Shop::open().await;
    let test = shop.get("/account").await.json;
    let shop = shop.with_key("skey_live_demo");
    let live = shop.get("/account").await.json;
    assert_eq!((&test["livemode"], &live["livemode"]), (&json!(false), &json!(true)));
    assert_ne!(test["id"], live["id"]);
    let charge = shop.post("/charges", charge_body("281234567890123456")).await.json;
    assert_eq!(charge["livemode"], true);
    assert!(!charge["id"].as_str().unwrap().contains("test"));
}
