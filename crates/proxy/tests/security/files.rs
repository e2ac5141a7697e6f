//! Line 20 and F7, F8: what lies on the disk is the proxy's alone, and of the till only what was built is served.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use reqwest::header::{ACCEPT_ENCODING, HeaderMap, IF_NONE_MATCH};
use scantill_proxy::secrets::hex;
use scantill_testkit::program::Program;
use scantill_testkit::world::{Settings, World, magic};
use scantill_types::api::PaymentState;
use sha2::{Digest, Sha256};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn settings() -> Settings {
    Settings::without_webhooks()
}

/// The program until it stops by itself: it refuses to start.
fn refused(config: &Path, more: &[&str]) -> String {
    // One that starts all the same serves until then.
    let mut command = Command::new("timeout");
    command.args(["20", env!("CARGO_BIN_EXE_scantill-proxy"), "serve", "--config"]).arg(config).args(more);
    let Output { status, stderr, .. } = command.output().unwrap();
    let said = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "it starts: {said}");
    said
}

/// A folder with a live configuration that names a key file, all of it private.
fn live(folder: &Path) -> PathBuf {
    fs::create_dir(folder.join("data")).unwrap();
    for key in ["key", "key-before"] {
        fs::write(folder.join(key), "skey_5abcdefgh").unwrap();
    }
    fs::write(folder.join("data/scantill.sqlite3"), "").unwrap();
    let config = folder.join("scantill.toml");
    let text = "listen = \"127.0.0.1:0\"\ndata = \"data\"\nmode = \"live\"\n[[accounts]]\nname = \"main\"\n\
        secret_key_file = \"key\"\nsecret_key_before_file = \"key-before\"\nwebhook_secret = \"c2VjcmV0\"\nsource_type = \"barcode_alipay\"\ncurrency = \"THB\"\n";
    fs::write(&config, text).unwrap();
    set_mode(&folder.join("data"), 0o700);
    for file in ["key", "key-before", "data/scantill.sqlite3", "scantill.toml"] {
        set_mode(&folder.join(file), 0o600);
    }
    config
}

/// The commands that a message offers, run as they are written.
fn mend(said: &str) {
    let commands = said.lines().map(str::trim).filter(|line| line.starts_with("chmod "));
    let commands: Vec<_> = commands.collect();
    assert!(!commands.is_empty(), "no command in {said}");
    assert!(Command::new("sh").args(["-ec", &commands.join("\n")]).status().unwrap().success());
}

#[test]
fn live_refuses_each_secret_that_others_may_read_and_tells_the_cure() {
    for (exposed, bad) in [
        ("data", 0o755),
        ("data/scantill.sqlite3", 0o644),
        ("key", 0o640),
        ("key-before", 0o604),
        ("scantill.toml", 0o666),
        ("tls/server-key.pem", 0o604),
        ("tls/ca-key.pem", 0o644),
    ] {
        let folder = tempfile::TempDir::new().unwrap();
        let config = live(folder.path());
        let file = |name: &str| folder.path().join(name);
        fs::create_dir(file("tls")).unwrap();
        for name in ["tls/server-key.pem", "tls/server.pem", "tls/ca.pem", "tls/ca-key.pem"] {
            fs::write(file(name), "").unwrap();
            set_mode(&file(name), 0o600);
        }
        let tls = [
            ("--tls-key", file("tls/server-key.pem")),
            ("--tls-cert", file("tls/server.pem")),
            ("--tls-ca", file("tls/ca.pem")),
        ];
        let tls: Vec<_> = tls.iter().flat_map(|(option, path)| [*option, path.to_str().unwrap()]).collect();
        set_mode(&file(exposed), bad);
        let said = refused(&config, &tls);
        let real = file(exposed).canonicalize().unwrap();
        let command = format!("\n  chmod go= {}\n", real.display());
        assert!(said.contains("others on this machine") && said.contains(&command), "{exposed}: {said}");
        mend(&said);
        // It comes as far as the certificate, which is none.
        let said = refused(&config, &tls);
        assert!(said.contains("holds no certificate"), "{exposed}: {said}");
    }
}

#[test]
fn a_configuration_without_secrets_may_be_read_and_not_changed() {
    let folder = tempfile::TempDir::new().unwrap();
    let config = live(folder.path());
    let text = fs::read_to_string(&config).unwrap().replace("webhook_secret = \"c2VjcmV0\"\n", "");
    fs::write(&config, text).unwrap();
    let key = folder.path().join("key");
    let tls = ["--tls-key", key.to_str().unwrap(), "--tls-cert", key.to_str().unwrap()];
    set_mode(&config, 0o644);
    // It comes as far as the certificate, which is none.
    let said = refused(&config, &tls);
    assert!(said.contains("holds no certificate"), "{said}");
    set_mode(&config, 0o664);
    let said = refused(&config, &tls);
    assert!(said.contains("\n  chmod go-w ") && said.contains("scantill.toml"), "{said}");
}

#[test]
fn a_link_is_followed_to_what_others_may_read() {
    let folder = tempfile::TempDir::new().unwrap();
    let config = live(folder.path());
    fs::rename(folder.path().join("key"), folder.path().join("far")).unwrap();
    symlink("far", folder.path().join("key")).unwrap();
    set_mode(&folder.path().join("far"), 0o644);
    let said = refused(&config, &[]);
    assert!(said.contains("/far\n"), "{said}");
}

#[tokio::test]
async fn test_mode_warns_with_the_command_and_is_silent_once_it_ran() {
    let mut program = Program::start_with(settings()).await;
    let warning = "others on this machine may read or change";
    let log = program.log();
    assert!(log.contains(warning), "{log}");
    program.kill().await;
    mend(&log);
    program.start().await;
    let log = program.log();
    assert_eq!(log.matches(warning).count(), 1, "{log}");
}

#[tokio::test]
async fn all_that_the_program_makes_is_its_own_whatever_the_umask() {
    let program = Program::start_with(settings()).await;
    let database = program.folder.path().join("data");
    let id = program.pay(&magic("00")).await;
    program.reaches(&id, PaymentState::Successful).await;
    assert_eq!(mode(&database), 0o700);
    let files: Vec<_> = fs::read_dir(&database).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.iter().any(|file| file.ends_with("admin.sock")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file) & 0o077, 0, "{}", file.display());
    }
}

/// A folder of a till with its list, as `cargo xtask dist` leaves one.
pub(crate) fn build_till(folder: &Path, files: &[(&str, &str)]) {
    fs::create_dir_all(folder.join("pkg")).unwrap();
    let mut list = String::new();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
        list.extend([&hex(&Sha256::digest(text)), "  ", name, "\n"]);
    }
    fs::write(folder.join("files.sha256"), list).unwrap();
}

const BUILT: [(&str, &str); 4] = [
    ("index.html", "a till"),
    ("pkg/scantill.js", "export default 1;"),
    ("pkg/scantill.js.br", "short"),
    ("pkg/scantill.js.gz", "longer"),
];

async fn serving() -> World {
    let mut world = World::without_proxy(settings()).await;
    build_till(&world.folder.path().join("till"), &BUILT);
    fs::write(world.folder.path().join("till/left.txt"), "not built").unwrap();
    world.till = Some("till");
    world.start_proxy().await;
    world
}

pub(crate) async fn get(world: &World, path: &str, headers: HeaderMap) -> (u16, HeaderMap, String) {
    let answer = world.http.get(format!("{}{path}", world.proxy)).headers(headers).send().await.unwrap();
    (answer.status().as_u16(), answer.headers().clone(), answer.text().await.unwrap())
}

#[tokio::test]
async fn no_request_opens_a_file() {
    let world = serving().await;
    let till = world.folder.path().join("till");
    // What is on the disk by now is nobody's business.
    fs::write(till.join("index.html"), "changed").unwrap();
    fs::remove_file(till.join("pkg/scantill.js")).unwrap();
    fs::write(till.join("new.html"), "new").unwrap();
    let text = async |path| get(&world, path, HeaderMap::new()).await;
    assert_eq!(text("/").await.2, "a till");
    assert_eq!(text("/index.html").await.2, "a till");
    assert_eq!(text("/pkg/scantill.js").await.2, "export default 1;");
    for path in [
        "/new.html",
        "/left.txt",
        "/files.sha256",
        "/pkg",
        "/pkg/",
        "/pkg/scantill.js.br",
        "/../scantill.toml",
    ] {
        assert_eq!(text(path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn a_browser_that_has_a_file_is_not_sent_it_again() {
    let world = serving().await;
    let (status, first, body) = get(&world, "/", HeaderMap::new()).await;
    assert_eq!((status, body.as_str()), (200, "a till"));
    let known = |etag: String| HeaderMap::from_iter([(IF_NONE_MATCH, etag.parse().unwrap())]);
    let etag = first["etag"].to_str().unwrap().to_owned();
    for had in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
        let (status, headers, body) = get(&world, "/", known(had)).await;
        assert_eq!((status, body.as_str()), (304, ""));
        assert_eq!((&headers["etag"], &headers["cache-control"]), (&first["etag"], &first["cache-control"]));
    }
    assert_eq!(get(&world, "/", known("\"other\"".to_owned())).await.0, 200);
}

#[tokio::test]
async fn a_file_is_sent_as_short_as_the_browser_can_read_it() {
    let world = serving().await;
    for (accepted, coding, body) in [
        ("gzip, deflate, br", Some("br"), "short"),
        ("gzip", Some("gzip"), "longer"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "longer"),
        ("identity", None, "export default 1;"),
    ] {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().unwrap())]);
        let (status, headers, sent) = get(&world, "/pkg/scantill.js", headers).await;
        let told = headers.get("content-encoding").map(|coding| coding.to_str().unwrap());
        assert_eq!((status, told, sent.as_str()), (200, coding, body), "{accepted}");
        assert_eq!(headers["content-type"], "text/javascript");
        assert!(headers.get_all("vary").iter().any(|vary| vary == "accept-encoding"), "{headers:?}");
    }
    let post = world.http.post(format!("{}/", world.proxy)).send().await.unwrap();
    assert_eq!((post.status().as_u16(), post.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[tokio::test]
async fn a_file_that_differs_from_the_build_stops_the_start() {
    let world = World::without_proxy(settings()).await;
    let till = world.folder.path().join("till");
    build_till(&till, &BUILT);
    fs::write(till.join("pkg/scantill.js"), "export default 2;").unwrap();
    let said = refused(&config_with(&world, "till", "till"), &[]);
    assert!(said.contains("pkg/scantill.js is not the file that was built"), "{said}");
}

/// The world's configuration with these lines first.
fn config_with(world: &World, till: &str, name: &str) -> PathBuf {
    let _ = world.config();
    let folder = world.folder.path();
    let text = fs::read_to_string(folder.join("scantill.toml")).unwrap();
    let path = folder.join(format!("{name}.toml"));
    fs::write(&path, format!("till = \"{till}\"\n{text}")).unwrap();
    path
}

#[test]
fn live_serves_no_till_that_is_unlisted_or_writable_by_others() {
    let folder = tempfile::TempDir::new().unwrap();
    let config = live(folder.path());
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("till = \"till\"\n{text}")).unwrap();
    let till = folder.path().join("till");
    fs::create_dir(&till).unwrap();
    fs::write(till.join("index.html"), "a till").unwrap();
    set_mode(&till, 0o755);
    let said = refused(&config, &[]);
    assert!(said.contains("has no files.sha256"), "{said}");
    build_till(&till, &BUILT);
    for exposed in ["till", "till/files.sha256", "."] {
        let path = folder.path().join(exposed);
        let before = mode(&path);
        set_mode(&path, 0o775);
        let said = refused(&config, &[]);
        let command = format!("chmod go-w {}\n", path.canonicalize().unwrap().display());
        assert!(said.contains(&command), "{exposed}: {said}");
        set_mode(&path, before);
    }
}

#[tokio::test]
async fn a_till_that_holds_secrets_or_lies_in_them_is_refused() {
    let world = World::without_proxy(settings()).await;
    let folder = world.folder.path();
    for till in [".", "data/till", "data", "link", "linked/till", "keys"] {
        if till == "link" {
            symlink(".", folder.join("link")).unwrap();
            symlink("data", folder.join("linked")).unwrap();
        }
        fs::create_dir_all(folder.join(till)).unwrap();
        fs::write(folder.join(till).join("index.html"), "a till").unwrap();
        fs::write(folder.join("keys-key.pem"), "").unwrap();
        let config = config_with(&world, till, "swallowing");
        let more: &[&str] = &[];
        if till == "keys" {
            let key = folder.join("keys/key.pem");
            fs::write(&key, "").unwrap();
            let key = key.to_str().unwrap();
            let said = refused(&config, &["--tls-key", key, "--tls-cert", key]);
            assert!(said.contains("lie in one another"), "{till}: {said}");
        } else {
            let said = refused(&config, more);
            assert!(
                said.contains("till: the till's folder") && said.contains("lie in one another"),
                "{till}: {said}"
            );
        }
    }
}

#[tokio::test]
async fn a_link_out_of_the_tills_folder_is_refused() {
    let world = World::without_proxy(settings()).await;
    let till = world.folder.path().join("till");
    fs::create_dir(&till).unwrap();
    fs::write(till.join("index.html"), "a till").unwrap();
    symlink("../scantill.toml", till.join("config.txt")).unwrap();
    let said = refused(&config_with(&world, "till", "linked"), &[]);
    assert!(said.contains("till/config.txt of the till leads out of its folder"), "{said}");
}

#[test]
fn a_till_that_holds_the_configuration_or_a_key_alone_is_refused() {
    for (of_config, of_key) in [("till", "."), (".", "till")] {
        let folder = tempfile::TempDir::new().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("till")).unwrap();
        fs::write(at("till/index.html"), "a till").unwrap();
        fs::write(at(of_key).join("key"), "skey_test_demo").unwrap();
        let (root, key) = (folder.path().display(), at(of_key).join("key"));
        let text = format!(
            "listen = \"127.0.0.1:0\"\ndata = \"{root}/data\"\nmode = \"test\"\ntill = \"{root}/till\"\n[[accounts]]\n\
            name = \"main\"\nsecret_key_file = \"{}\"\nsource_type = \"barcode_alipay\"\ncurrency = \"THB\"\n",
            key.display()
        );
        let config = at(of_config).join("scantill.toml");
        fs::write(&config, text).unwrap();
        let said = refused(&config, &[]);
        assert!(said.contains("lie in one another"), "{of_config} {of_key}: {said}");
    }
}
