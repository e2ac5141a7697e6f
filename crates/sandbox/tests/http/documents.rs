//! The document lists every fault and switch that there is, and every fault is shown by a test.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::shop::Shop;

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    fs::read_to_string(folder().join("../../docs/sandbox.md")).unwrap()
}

/// The names of the whole catalogue, as chaos would draw it.
async fn faults() -> Vec<String> {
    let shop = Shop::open().await;
    let told = shop.order("PUT", "/chaos", json!({ "odds": 0 })).await.json;
    let rules = told["faults"].as_array().unwrap();
    rules.iter().map(|rule| rule["fault"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_document_lists_every_fault() {
    let (faults, document) = (faults().await, document());
    assert_eq!(faults.len(), 49);
    for fault in faults {
        assert!(document.contains(&format!("`{fault}`")), "{fault}");
    }
}

#[tokio::test]
async fn the_document_lists_every_switch() {
    let shop = Shop::open().await;
    let switches = shop.order("GET", "/switches", json!({})).await.json;
    for switch in switches.as_object().unwrap().keys() {
        assert!(document().contains(&format!("| `{switch}` |")), "{switch}");
    }
}

#[tokio::test]
async fn every_fault_is_ordered_by_some_test() {
    let tests = fs::read_dir(folder().join("tests/http")).unwrap();
    let tests: String = tests.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    for fault in faults().await {
        assert!(tests.contains(&format!("\"{fault}\"")), "{fault}");
    }
}
