//! A state that outlives the program.

use std::fs;
use std::path::PathBuf;

use scantill_sandbox::{Options, StateFile, Timing};
use serde_json::json;

use crate::shop::{ORDINARY_CODE, Shop, charge_body};

/// A folder of this test's own, removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("scantill-sandbox-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

async fn open(path: &PathBuf) -> Shop {
    let state_file = Some(StateFile::open(path).unwrap());
    Shop::open_with(Options { state_file, timing: Timing::quick(), ..Options::default() }).await
}

#[tokio::test]
async fn charges_codes_and_phones_outlive_a_restart() {
    let folder = Folder::new("restart");
    let path = folder.0.join("deep/state.json");
    let shop = open(&path).await;
    let paid = shop.paid_charge().await;
    let open_charge = shop.charge("289990300000000000").await;
    let first = shop.charge(ORDINARY_CODE).await;
    shop.charge_until(&first, "successful").await;
    let phone = shop.order("POST", "/phones", json!({})).await.json;
    shop.running.stop().await;

    let shop = open(&path).await;
    assert_eq!(shop.read_charge(paid["id"].as_str().unwrap()).await["paid_at"], paid["paid_at"]);
    assert_eq!(shop.read_charge(&open_charge).await["status"], "pending");
    let again = shop.charge(ORDINARY_CODE).await;
    assert_eq!(shop.charge_until(&again, "failed").await["failure_code"], "payment_rejected");
    let id = phone["id"].as_str().unwrap();
    assert_eq!(shop.order("GET", &format!("/phones/{id}"), json!({})).await.json["code"], phone["code"]);
    assert_eq!(shop.get("/events").await.json["data"][0]["key"], "charge.create");
}

#[tokio::test]
async fn the_file_is_written_while_running_and_for_its_owner_alone() {
    let folder = Folder::new("running");
    let path = folder.0.join("state.json");
    let state_file = Some(StateFile::open(&path).unwrap());
    let timing = Timing { save_every_ms: 5, ..Timing::quick() };
    let shop = Shop::open_with(Options { state_file, timing, ..Options::default() }).await;
    let id = shop.charge("289990300000000000").await;
    let written = async {
        while !fs::read_to_string(&path).is_ok_and(|text| text.contains(&id)) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), written).await.unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_was_due_while_stopped_has_happened() {
    let folder = Folder::new("due");
    let path = folder.0.join("state.json");
    let state_file = Some(StateFile::open(&path).unwrap());
    let timing = Timing { fail_ms: 200, ..Timing::quick() };
    let shop = Shop::open_with(Options { state_file, timing, ..Options::default() }).await;
    let id = shop.charge("289991000000000000").await;
    shop.running.stop().await;
    let shop = open(&path).await;
    assert_eq!(shop.charge_until(&id, "failed").await["failure_code"], "insufficient_balance");
}

#[test]
fn a_file_that_is_no_state_is_refused_in_one_sentence() {
    let folder = Folder::new("malformed");
    for (name, text) in [("a.json", "{"), ("b.json", "{\"format\":99}"), ("c.json", "")] {
        let path = folder.0.join(name);
        fs::write(&path, text).unwrap();
        let error = StateFile::open(&path).unwrap_err().to_string();
        assert!(error.contains(name) && !error.contains('\n'), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "the file is left alone");
    }
}

#[tokio::test]
async fn the_deepest_metadata_that_is_taken_outlives_a_restart() {
    let folder = Folder::new("deep");
    let path = folder.0.join("state.json");
    let shop = open(&path).await;
    let mut metadata = json!({});
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..130 {
        metadata = json!({ "in": metadata });
        let mut body = charge_body("289990300000000000");
        body["metadata"] = metadata.clone();
        let told = shop.post("/charges", body).await;
        if told.status == 200 {
            taken += 1;
        } else {
            told.refused(400, "bad_request");
            refused += 1;
        }
    }
    assert!(taken > 90 && refused > 0, "{taken} {refused}");
    shop.running.stop().await;
    let shop = open(&path).await;
    assert_eq!(shop.get("/charges").await.json["total"], taken);
    assert_eq!(shop.get("/events?limit=100&offset=50").await.status, 200);
}
