//! The operator's commands about terminals: beside the running proxy, and on its storage while none runs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

use scantill_testkit::{ProxyConfiguration, ServingProxy, proxy_command};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

struct Shop {
    proxy: Option<ServingProxy>,
    folder: TempDir,
}

fn configuration(devices: &str) -> ProxyConfiguration {
    ProxyConfiguration::new("http://127.0.0.1:9").with(format_args!("devices = {{ {devices} }}"))
}

impl Shop {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        configuration("idle_days = 10").write(folder.path());
        Self { proxy: None, folder }
    }

    fn start(&mut self) {
        let mut serve = self.command(&["serve"]);
        serve.stderr(Stdio::null());
        self.proxy = Some(ServingProxy::start(serve).unwrap());
    }

    /// Kills it.
    fn stop(&mut self) {
        self.proxy = None;
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.proxy.as_ref().unwrap().origin)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        proxy_command(self.folder.path(), arguments)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    fn add(&self, store: &str, more: &[&str]) -> String {
        let add = ["terminal", "add", "--store", store, "--name", "Baan", "--terminal", "POS-01"];
        let said = self.says(&[&add[..], more].concat());
        said.lines().next().unwrap().strip_prefix("pairing code: ").unwrap().to_owned()
    }

    async fn pair(&self, code: &str, device: &str) -> Option<String> {
        let body = json!({"code": code, "device_id": device});
        let answer = http().post(self.url("/v1/pair")).json(&body).send().await.unwrap();
        let paired: Value = answer.json().await.unwrap();
        paired["token"].as_str().map(str::to_owned)
    }

    async fn is_paired(&self, token: &str) -> bool {
        let ask = http().get(self.url("/v1/terminal")).bearer_auth(token);
        ask.send().await.unwrap().status() == 200
    }
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn terminals_are_listed_and_revoked_beside_the_running_proxy() {
    let mut shop = Shop::new();
    assert!(shop.says(&["terminal", "list"]).contains("no terminal yet"));
    shop.start();
    let first = shop.pair(&shop.add("store_1", &[]), "tablet-1").await.unwrap();
    let second = shop.pair(&shop.add("store_1", &["--keep-devices"]), "tablet-2").await.unwrap();
    assert!(shop.is_paired(&first).await && shop.is_paired(&second).await);
    let list = shop.says(&["terminal", "list"]);
    assert!(list.starts_with("POS-01 · store_1 (Baan) · account demo\n  tablet-2 · paired 20"), "{list}");
    assert!(list.contains(" · last seen 20") && list.contains(" · ends 20"), "{list}");
    assert_eq!(shop.says(&["terminal", "revoke", "--device", "tablet-1"]), "1 device is revoked\n");
    assert!(!shop.is_paired(&first).await && shop.is_paired(&second).await);
    for (unknown, said) in [("--device", "no such device is paired"), ("--terminal", "no such terminal")] {
        let refused = shop.refuses(&["terminal", "revoke", unknown, "tablet-1"]);
        assert!(refused.contains(said) && refused.contains("terminal list"), "{refused}");
    }
    let third = shop.pair(&shop.add("store_1", &[]), "tablet-3").await.unwrap();
    assert!(!shop.is_paired(&second).await && shop.is_paired(&third).await, "pairing again replaces");
    assert_eq!(shop.says(&["terminal", "revoke", "--terminal", "POS-01"]), "1 device is revoked\n");
    assert!(!shop.is_paired(&third).await);
    assert!(shop.says(&["terminal", "list"]).contains("no device is paired"));
    assert!(shop.says(&["terminal", "revoke", "--terminal", "POS-01"]).contains("no device was paired"));
}

#[tokio::test]
async fn a_terminal_is_revoked_while_no_proxy_runs() {
    let mut shop = Shop::new();
    shop.start();
    let token = shop.pair(&shop.add("store_1", &[]), "tablet-1").await.unwrap();
    // It is killed, so that its socket stays behind.
    shop.stop();
    let unused = shop.add("store_1", &[]);
    shop.add("store_2", &[]);
    assert!(shop.says(&["terminal", "list"]).contains("tablet-1 · paired 20"));
    let several = shop.refuses(&["terminal", "revoke", "--terminal", "POS-01"]);
    assert!(several.contains("say --store") && several.contains("store_2"), "{several}");
    let revoke = ["terminal", "revoke", "--terminal", "POS-01", "--store", "store_1"];
    assert_eq!(shop.says(&revoke), "1 device is revoked\n");
    shop.start();
    assert!(!shop.is_paired(&token).await);
    assert_eq!(shop.pair(&unused, "tablet-1").await, None, "a code that was made before is void");
}

#[test]
fn lives_that_end_at_once_or_never_are_refused() {
    let shop = Shop::new();
    for wrong in ["idle_days = 0", "idle_days = 10, life_days = 36500"] {
        configuration(wrong).write(shop.folder.path());
        assert!(shop.refuses(&["serve"]).contains("idle_days and life_days are 1 to 3660"), "{wrong}");
    }
}
