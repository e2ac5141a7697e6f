//! Which folders of the till are served.

use super::*;
use std::os::unix::fs::symlink;
use tempfile::TempDir;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn line(text: &str, name: &str) -> String {
    format!("{}  {name}\n", hex(&Sha256::digest(text)))
}

fn read(folder: &TempDir) -> Result<TillFiles, TillError> {
    TillFiles::read(folder.path(), Listing::Optional)
}

#[test]
fn a_folder_without_a_list_is_read_whole() {
    let folder = folder(&[("index.html", "a till"), ("pkg/till_bg.wasm", "wasm"), ("pkg/till.js", "js")]);
    let files = read(&folder).unwrap();
    let kind = |path| files.get(path).map(|file| file.content_type.to_str().unwrap().to_owned());
    assert_eq!(kind("/").as_deref(), Some("text/html"));
    assert_eq!(kind("/pkg/till_bg.wasm").as_deref(), Some("application/wasm"));
    assert_eq!(kind("/pkg/till.js").as_deref(), Some("text/javascript"));
    for path in ["/pkg", "/pkg/", "/pkg/../index.html", "//index.html", "/%69ndex.html", "/none", ""] {
        assert_eq!(kind(path), None, "{path}");
    }
}

#[test]
fn a_folder_without_a_list_is_refused_where_it_is_required() {
    let folder = folder(&[("index.html", "a till")]);
    let refused = TillFiles::read(folder.path(), Listing::Required);
    assert!(matches!(refused, Err(TillError::Unlisted(_))), "{refused:?}");
    fs::write(folder.path().join(LIST), line("a till", "index.html")).unwrap();
    assert!(TillFiles::read(folder.path(), Listing::Required).is_ok());
}

#[test]
fn with_a_list_only_what_was_built_is_served() {
    let list = line("a till", "index.html") + &line("js", "pkg/till.js");
    let folder = folder(&[("index.html", "a till"), ("pkg/till.js", "js"), ("left.txt", "?"), (LIST, &list)]);
    let files = read(&folder).unwrap();
    assert!(files.get("/").is_some() && files.get("/pkg/till.js").is_some());
    assert!(files.get("/left.txt").is_none() && files.get("/files.sha256").is_none());
}

#[test]
fn a_file_that_was_not_built_so_is_refused_with_its_name() {
    let list = line("a till", "index.html") + &line("js", "pkg/till.js");
    let folder = folder(&[("index.html", "a till"), ("pkg/till.js", "jS"), (LIST, &list)]);
    let Err(TillError::Changed(path)) = read(&folder) else { panic!() };
    assert!(path.ends_with("pkg/till.js"));
    fs::remove_file(folder.path().join("pkg/till.js")).unwrap();
    assert!(
        matches!(read(&folder), Err(TillError::Unreadable { path, .. }) if path.ends_with("pkg/till.js"))
    );
}

#[test]
fn links_out_of_the_folder_are_refused_and_inside_are_not() {
    let secret = folder(&[("key", "skey")]);
    let linked = folder(&[("index.html", "a till"), ("pkg/a.js", "js")]);
    symlink(linked.path().join("pkg/a.js"), linked.path().join("b.js")).unwrap();
    symlink(linked.path(), linked.path().join("pkg/again")).unwrap();
    assert!(read(&linked).unwrap().get("/b.js").is_some());
    symlink(secret.path().join("key"), linked.path().join("c.js")).unwrap();
    assert!(matches!(read(&linked), Err(TillError::LeadsOut(path)) if path.ends_with("c.js")));
    fs::remove_file(linked.path().join("c.js")).unwrap();
    symlink(secret.path(), linked.path().join("d")).unwrap();
    assert!(matches!(read(&linked), Err(TillError::LeadsOut(path)) if path.ends_with("d")));
    let out = format!("../{}/key", secret.path().file_name().unwrap().to_str().unwrap());
    let listed = folder(&[("index.html", "a till"), (LIST, &line("skey", &out))]);
    assert!(matches!(read(&listed), Err(TillError::LeadsOut(_))));
}

#[test]
fn compressed_files_are_ways_to_send_the_plain_one() {
    let folder = folder(&[("a.js", "aaaa"), ("a.js.br", "b"), ("a.js.gz", "gz"), ("only.tar.gz", "tar")]);
    let files = read(&folder).unwrap();
    let file = files.get("/a.js").unwrap();
    let codings: Vec<_> = file.compressed.iter().map(|(coding, _)| *coding).collect();
    assert_eq!(codings, [Coding::Brotli, Coding::Gzip]);
    assert!(files.get("/a.js.br").is_none() && files.get("/only.tar.gz").is_some());
}

#[test]
fn a_folder_that_is_no_till_is_refused() {
    let large = folder(&[("index.html", "a till")]);
    fs::File::create(large.path().join("large")).unwrap().set_len(BYTES_MAX).unwrap();
    assert!(matches!(read(&large), Err(TillError::TooMuch(_))));
    let many = folder(&[]);
    let names: Vec<String> = (0..=FILES_MAX).map(|number| format!("{number}.js")).collect();
    for name in &names {
        fs::write(many.path().join(name), "js").unwrap();
    }
    assert!(matches!(read(&many), Err(TillError::TooMuch(_))));
    let list: String = names.iter().map(|name| line("js", name)).collect();
    fs::write(many.path().join(LIST), list).unwrap();
    assert!(matches!(read(&many), Err(TillError::TooMuch(_))));
}

#[test]
fn a_list_that_cannot_be_read_is_not_taken_for_none() {
    let cut = folder(&[("index.html", "a till"), (LIST, "0123  index.html\n")]);
    assert!(matches!(read(&cut), Err(TillError::BadList { line: 1, .. })));
    fs::write(cut.path().join(LIST), [0xff, 0xfe]).unwrap();
    assert!(matches!(read(&cut), Err(TillError::Unreadable { path, .. }) if path.ends_with(LIST)));
}

#[test]
fn the_worker_of_an_operator_who_wants_none_removes_itself() {
    let files = folder(&[("service-worker.js", "keeps"), ("service-worker.js.br", "br"), ("a.js", "a")]);
    let files = read(&files).unwrap().without_worker();
    let worker = files.get("/service-worker.js").unwrap();
    assert!(std::str::from_utf8(&worker.plain.bytes).unwrap().contains("unregister()"));
    assert!(worker.compressed.is_empty() && worker.keeping == Keeping::UntilAsked);
    assert_eq!(&files.get("/a.js").unwrap().plain.bytes[..], b"a");
}

#[test]
fn an_app_has_types_that_browsers_take() {
    let files =
        folder(&[("manifest.webmanifest", "{}"), ("icons/icon.svg", "<svg/>"), ("icons/icon.png", "")]);
    let files = read(&files).unwrap();
    for (path, media_type) in [
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icons/icon.svg", "image/svg+xml"),
        ("/icons/icon.png", "image/png"),
    ] {
        assert_eq!(files.get(path).unwrap().content_type, media_type);
    }
}
