//! What is refused, and how it is told.

use tempfile::TempDir;

use super::*;

const GOOD: &str = r#"listen = "127.0.0.1:0"
data = "data"
mode = "test"
pairing = "open"
allowed_origins = ["https://shop.example"]
[[accounts]]
name = "demo"
secret_key = "skey_test_demo"
source_type = "barcode_alipay"
currency = "THB"
"#;

fn load(text: &str) -> Result<Config, ConfigError> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("scantill.toml");
    std::fs::write(&path, text).unwrap();
    Config::load(&path)
}

fn problems(text: &str) -> Vec<(Option<usize>, Problem)> {
    match load(text).unwrap_err() {
        ConfigError::Wrong(wrong) => wrong.problems,
        other => panic!("{other}"),
    }
}

fn check(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "{from}");
    let message = load(&GOOD.replace(from, to)).unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn the_good_one_passes() {
    load(GOOD).unwrap();
    load(&GOOD.replace("THB", "thb")).unwrap();
}

#[test]
fn each_wrong_line_is_named() {
    check("data =", "date =", "unknown field `date`");
    check("skey_test_demo", "", "line 8: account \"demo\" has no secret key");
    check("secret_key = \"skey_test_demo\"", "", "line 6: account \"demo\" has no secret key");
    check("skey_test_demo", "pkey_test_demo", "must begin with skey_");
    check("skey_test_demo", "skey_live", "is a live key");
    check(
        "127.0.0.1:0",
        "0.0.0.0:0",
        "line 1: pairing = \"open\" is allowed only when listening on a loopback",
    );
    check("127.0.0.1:0", "localhost:80", "line 1: `listen` takes an address and a port");
    let listen = "listen = \"127.0.0.1:0\"";
    check(
        listen,
        &format!("{listen}\nlimits = {{ connections = 0 }}"),
        "line 2: limits: each of them is 1 or more",
    );
    check(listen, &format!("{listen}\nlimits = {{ head_s = 1 }}"), "unknown field `head_s`");
    check(listen, &format!("{listen}\noperations = \"here\""), "`operations` takes an address and a port");
    check(listen, &format!("{listen}\nsupport = \" \""), "line 2: support: one line");
    check(listen, &format!("{listen}\nsupport = \"a\\nb\""), "line 2: support: one line");
    check("\"THB\"", "\"SGD\"", "takes THB, not SGD");
    check("\"THB\"", "\"USD\"", "line 10: unknown currency");
    check("\"test\"", "\"live\"", "only with mode");
    check("name = \"demo\"", "name = \"de mo\"", "letters, digits");
    check("mode = \"test\"", "mode = \"play\"", "unknown variant");
    check("pairing = \"open\"", "timing = { permit = 1 }", "unknown wait `permit`");
    check("secret_key =", "secret_key_before = \"pkey_test_demo\"\nsecret_key =", "must begin with skey_");
    check("secret_key =", "webhook_secret_before = \"!\"\nsecret_key =", "webhook_secret_before of account");
    check("secret_key =", "api_url = \"127.0.0.1:9\"\nsecret_key =", "line 8: api_url of account \"demo\"");
    check("secret_key =", "api_url = \"http://127.0.0.1?x\"\nsecret_key =", "line 8: api_url of account");
}

#[test]
fn origins_are_written_as_browsers_write_them_or_refused() {
    let origins = |list: &str| load(&GOOD.replace("[\"https://shop.example\"]", list));
    let taken = origins("[\"HTTPS://Shop.example:443/\", \"http://127.0.0.1:8080\"]").unwrap();
    assert_eq!(taken.allowed_origins, ["https://shop.example", "http://127.0.0.1:8080"]);
    let message = origins("[\n\"https://shop.example\",\n\"*\"]").unwrap_err().to_string();
    assert!(message.contains("line 7: \"*\" in allowed_origins: '*' would let every page"), "{message}");
    for wrong in ["shop.example", "https://shop.example/till", "", "null"] {
        let message = origins(&format!("[\"{wrong}\"]")).unwrap_err().to_string();
        assert!(message.contains(&format!("line 5: \"{wrong}\" in allowed_origins")), "{message}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let wrong = GOOD
        .replace("https://shop.example", "shop.example")
        .replace("skey_test_demo", "pkey_test_demo")
        .replace("\"THB\"", "\"SGD\"")
        .replace("127.0.0.1:0", "0.0.0.0:0");
    let lines: Vec<_> = problems(&wrong).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [Some(1), Some(5), Some(8), Some(10)]);
    let message = load(&wrong).unwrap_err().to_string();
    assert!(
        message.contains("has 4 problems:\n  line 1: ") && message.contains("\n  line 10: "),
        "{message}"
    );
}

#[test]
fn every_path_is_taken_from_the_files_folder() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("scantill.toml");
    let text = GOOD.replace(
        "secret_key = \"skey_test_demo\"",
        "secret_key_file = \"new.key\"\nsecret_key_before_file = \"keys/old.key\"",
    );
    std::fs::write(&path, text.replace("data =", "till = \"till\"\ndata =")).unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    std::fs::write(folder.path().join("new.key"), "skey_test_new\n").unwrap();
    let missing = Config::load(&path).unwrap_err().to_string();
    assert!(missing.contains("secret_key_before_file of account \"demo\": "), "{missing}");
    assert!(
        missing.contains("line 2: till: there is no ") && missing.contains("till/index.html"),
        "{missing}"
    );
    std::fs::create_dir(folder.path().join("till")).unwrap();
    std::fs::write(folder.path().join("till/index.html"), "a till").unwrap();
    std::fs::write(folder.path().join("keys/old.key"), "skey_test_old\n").unwrap();
    let config = Config::load(&path).unwrap();
    assert_eq!(config.accounts[0].keys().unwrap(), ["skey_test_new", "skey_test_old"]);
    assert_eq!((config.data, config.till), (folder.path().join("data"), Some(folder.path().join("till"))));
}

#[test]
fn live_mode_refuses_shrunken_waits_and_another_address() {
    let live =
        GOOD.replace("\"test\"", "\"live\"").replace("skey_test_", "skey_").replace("\"open\"", "\"code\"");
    load(&live).unwrap();
    let elsewhere = live.replace("currency", "api_url = \"http://127.0.0.1\"\ncurrency");
    assert!(matches!(problems(&elsewhere)[..], [(Some(10), Problem::OnlyInTestMode("api_url"))]));
    let shrunken = live.replace("[[accounts]]", "timing = { permit_ms = 1 }\n[[accounts]]");
    assert!(matches!(problems(&shrunken)[..], [(Some(6), Problem::OnlyInTestMode("timing"))]));
}
