//! The shapes of both versions, and the headers, as they were recorded.

use serde_json::{Value, json};

use crate::shop::{Shop, charge_body, send};

fn fields(object: &Value) -> Vec<&str> {
    let mut fields: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn headers_are_as_recorded() {
    let (shop, _clock) = Shop::open_with_clock().await;
    let told = shop.get("/account").await;
    for (name, value) in [
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "no-cache, no-store"),
        ("omise-version", "2019-05-29"),
        ("status", "200 OK"),
        ("date", "Mon, 23 Nov 2026 06:00:00 GMT"),
    ] {
        assert_eq!(told.headers[name], value, "{name}");
    }
    assert_eq!(told.headers["x-request-id"].len(), 36);
    assert!(told.text.starts_with("{\n  \"object\": \"account\",\n") && told.text.ends_with("}\n"));
}

#[tokio::test]
async fn errors_carry_fewer_headers_as_recorded() {
    let shop = Shop::open().await;
    let (good, error) = (shop.get("/account").await, shop.get("/charges/chrg_test_none").await);
    for name in ["omise-version", "strict-transport-security", "vary"] {
        assert!(good.headers.contains_key(name) && !error.headers.contains_key(name), "{name}");
    }
    assert_eq!(error.headers["status"], "404 Not Found");
    assert_eq!(error.headers["server"], "nginx");
}

/// The fields at the top of an object, in the order in which they are written.
fn written_order(text: &str) -> Vec<&str> {
    let fields = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split_once("\": "));
    fields.map(|(field, _)| field).collect()
}

#[tokio::test]
async fn lists_and_searches_are_written_in_the_recorded_order() {
    let shop = Shop::open().await;
    let current = shop.get("/charges").await.text;
    let fields = ["object", "data", "limit", "offset", "total", "location", "order", "from", "to"];
    assert_eq!(written_order(&current), fields);
    let older = send(shop.request("GET", "/charges").header("Omise-Version", "2017-11-02")).await.text;
    let fields = ["object", "from", "to", "offset", "limit", "total", "order", "location", "data"];
    assert_eq!(written_order(&older), fields);
    let search = shop.get("/search?scope=charge").await.text;
    let fields = [
        "object",
        "order",
        "scope",
        "query",
        "filters",
        "page",
        "per_page",
        "location",
        "total_pages",
        "total",
        "data",
    ];
    assert_eq!(written_order(&search), fields);
}

#[tokio::test]
async fn the_older_charge_has_exactly_the_documented_fields() {
    let shop = Shop::open().await;
    let request = shop.request("POST", "/charges").header("Omise-Version", "2017-11-02");
    let told = send(request.json(&charge_body("289990300000000000"))).await;
    assert_eq!(told.headers["omise-version"], "2017-11-02");
    let expected = "amount authorize_uri authorized capture card created currency customer description dispute failure_code \
                    failure_message id ip livemode location metadata object paid reference refunded refunds return_uri \
                    reversed source status transaction";
    assert_eq!(fields(&told.json), expected.split_whitespace().collect::<Vec<_>>());
    assert_eq!((&told.json["currency"], &told.json["refunded"]), (&json!("thb"), &json!(0)));
    assert_eq!(
        fields(&told.json["source"]),
        ["amount", "currency", "flow", "id", "object", "references", "type"]
    );
    assert_eq!(told.json["refunds"]["order"], Value::Null);
}

#[tokio::test]
async fn the_current_charge_has_the_recorded_fields() {
    let shop = Shop::open().await;
    let charge = shop.paid_charge().await;
    let recorded = "object id location amount net fee fee_vat interest interest_vat funding_amount refunded_amount authorized \
                    capturable capture disputable livemode refundable reversed reversible voided paid expired platform_fee \
                    currency funding_currency ip refunds link description metadata card source schedule customer dispute \
                    transaction failure_code failure_message status authorize_uri return_uri created_at paid_at expires_at \
                    expired_at reversed_at zero_interest_installments branch terminal device";
    for field in recorded.split_whitespace() {
        assert!(charge.get(field).is_some(), "{field}");
    }
    for gone in ["created", "refunded", "reference", "offsite", "source_of_fund"] {
        assert_eq!(charge.get(gone), None, "{gone}");
    }
    assert_eq!((&charge["currency"], &charge["refundable"]), (&json!("THB"), &json!(true)));
    assert_eq!((&charge["fee"], &charge["fee_vat"], &charge["net"]), (&json!(36), &json!(2), &json!(2187)));
}

#[tokio::test]
async fn the_older_source_is_the_documented_one() {
    let shop = Shop::open().await;
    let request = shop.request("POST", "/sources").header("Omise-Version", "2017-11-02");
    let body = json!({ "amount": 2225, "currency": "THB", "type": "barcode_alipay", "barcode": "1234567890",
                       "store_id": "store_1", "store_name": "store 1", "terminal_id": "POS-01" });
    let source = send(request.json(&body)).await.json;
    let id = source["id"].as_str().unwrap();
    assert_eq!(
        source,
        json!({ "object": "source", "id": id, "livemode": false, "location": format!("/sources/{id}"),
                "type": "barcode_alipay", "flow": "offline", "amount": 2225, "currency": "thb", "barcode": "1234567890",
                "store_id": "store_1", "store_name": "store 1", "terminal_id": "POS-01" })
    );
}

#[tokio::test]
async fn an_unknown_version_is_refused() {
    let shop = Shop::open().await;
    send(shop.request("GET", "/account").header("Omise-Version", "2030-01-01"))
        .await
        .refused(400, "bad_request");
}

#[tokio::test]
async fn account_and_capability_tell_what_is_possible() {
    let shop = Shop::open().await;
    let account = shop.get("/account").await.json;
    assert_eq!((&account["object"], &account["livemode"]), (&json!("account"), &json!(false)));
    assert_eq!((&account["currency"], &account["country"]), (&json!("THB"), &json!("TH")));
    let capability = shop.get("/capability").await.json;
    assert_eq!(capability["limits"]["charge_amount"]["min"], 2000);
    let methods = capability["payment_methods"].as_array().unwrap();
    let named =
        |name: &str| methods.iter().find(|method| method["name"] == name).unwrap()["currencies"].clone();
    assert_eq!(named("barcode_alipay"), json!(["THB"]));
    assert_eq!(named("alipayplus_upm"), json!(["THB", "SGD", "MYR"]));
    assert_eq!(named("wechat_pay_upm"), json!(["THB"]));
}

#[tokio::test]
async fn the_root_tells_the_versions_and_leads_people_to_the_phone() {
    let shop = Shop::open().await;
    assert_eq!(shop.get("/").await.json["versions"], json!(["2017-11-02", "2019-05-29"]));
    let page = send(shop.client.get(&shop.base).header("accept", "text/html")).await;
    assert!(page.text.starts_with("<!doctype html>"));
}

#[tokio::test]
async fn ids_become_objects_when_a_read_asks_for_it() {
    let shop = Shop::open().await;
    let paid = shop.paid_charge().await;
    let (location, id) = (paid["location"].as_str().unwrap(), &paid["id"]);
    let expanded = shop.get(&format!("{location}?expand=true")).await.json;
    assert_eq!(
        (&expanded["transaction"]["object"], &expanded["transaction"]["id"]),
        (&json!("transaction"), &paid["transaction"])
    );
    assert_eq!(shop.get("/charges?expand=true").await.json["data"][0], expanded);
    let refund = shop.post(&format!("{location}/refunds"), json!({ "amount": 100 })).await.json;
    let expanded = shop.get(&format!("{}?expand=true", refund["location"].as_str().unwrap())).await.json;
    assert_eq!((&expanded["charge"]["id"], &expanded["charge"]["refunded_amount"]), (id, &json!(100)));
    assert_eq!(expanded["transaction"]["direction"], "debit");
    let pending = shop.charge("289990300000000000").await;
    let expanded = shop.get(&format!("/charges/{pending}?expand=true")).await.json;
    assert_eq!(expanded["transaction"], Value::Null);
}
