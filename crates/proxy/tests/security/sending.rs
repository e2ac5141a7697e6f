//! How the till's files are sent: in which coding, and how long a browser may keep them.

use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, IF_NONE_MATCH, RANGE};
use scantill_testkit::world::{Settings, World};

use crate::files::{build_till, get};

/// Its name holds the beginning of its SHA-256.
const NAMED: &str = "pkg/later-a903ba200e1d.js";
const PLAIN: &str = "export default 2;";
const BUILT: [(&str, &str); 6] = [
    ("index.html", "a till"),
    ("index.html.br", "till"),
    (NAMED, PLAIN),
    ("pkg/later-a903ba200e1d.js.br", "short"),
    ("pkg/later-a903ba200e1d.js.gz", "longer"),
    ("pkg/later-0123456789ab.js", "a hash that is another file's"),
];

async fn serving() -> World {
    let mut world = World::without_proxy(Settings::without_webhooks()).await;
    build_till(&world.folder.path().join("till"), &BUILT);
    world.till = Some("till");
    world.start_proxy().await;
    world
}

fn asking<const N: usize>(headers: [(reqwest::header::HeaderName, &str); N]) -> HeaderMap {
    headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect()
}

fn named() -> String {
    format!("/{NAMED}")
}

#[tokio::test]
async fn a_file_named_by_its_content_is_never_asked_for_again() {
    let world = serving().await;
    let kept = async |path: &str, headers| {
        let (status, headers, _) = get(&world, path, headers).await;
        (status, headers["cache-control"].to_str().unwrap().to_owned(), headers.get("etag").cloned())
    };
    let forever = "public, max-age=31536000, immutable";
    let (status, keeping, etag) = kept(&named(), HeaderMap::new()).await;
    assert_eq!((status, keeping.as_str()), (200, forever));
    let known = HeaderMap::from_iter([(IF_NONE_MATCH, etag.unwrap())]);
    let (status, keeping, _) = kept(&named(), known).await;
    assert_eq!((status, keeping.as_str()), (304, forever));
    for (path, expected) in
        [("/", 200), ("/pkg/later-0123456789ab.js", 200), ("/pkg/later-ffffffffffff.js", 404)]
    {
        let (status, keeping, _) = kept(path, HeaderMap::new()).await;
        assert_eq!((status, keeping.as_str()), (expected, "no-cache"), "{path}");
    }
}

#[tokio::test]
async fn each_coding_has_its_own_name_and_length() {
    let world = serving().await;
    let mut etags = Vec::new();
    for (accepted, body) in [("br", "short"), ("gzip", "longer"), ("identity", PLAIN)] {
        let headers = asking([(ACCEPT_ENCODING, accepted)]);
        let (status, headers, sent) = get(&world, &named(), headers).await;
        assert_eq!((status, sent.as_str()), (200, body));
        assert_eq!(headers["content-length"].to_str().unwrap(), body.len().to_string());
        etags.push(headers["etag"].to_str().unwrap().to_owned());
    }
    // What is known in one coding is sent in another.
    let headers = asking([(ACCEPT_ENCODING, "gzip"), (IF_NONE_MATCH, &etags[0])]);
    assert_eq!(get(&world, &named(), headers).await.0, 200);
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 3);
}

#[tokio::test]
async fn head_tells_what_get_sends_and_a_range_is_the_whole_file() {
    let world = serving().await;
    let url = format!("{}{}", world.proxy, named());
    let ask = async |method, headers| {
        let answer = world.http.request(method, &url).headers(headers).send().await.unwrap();
        (answer.status().as_u16(), answer.headers().clone(), answer.text().await.unwrap())
    };
    let (_, of_get, _) = ask(Method::GET, asking([(ACCEPT_ENCODING, "br")])).await;
    let (status, of_head, body) = ask(Method::HEAD, asking([(ACCEPT_ENCODING, "br")])).await;
    assert_eq!((status, body.as_str()), (200, ""));
    for name in ["content-length", "content-encoding", "content-type", "etag", "vary", "cache-control"] {
        assert_eq!(of_head.get(name), of_get.get(name), "{name}");
        assert!(of_head.contains_key(name), "{name}");
    }
    let (status, headers, body) = ask(Method::GET, asking([(RANGE, "bytes=0-3")])).await;
    assert_eq!((status, body.as_str()), (200, PLAIN));
    assert!(!headers.contains_key("content-range") && !headers.contains_key("accept-ranges"));
}

#[tokio::test]
async fn a_reader_of_no_coding_that_there_is_gets_no_file() {
    let world = serving().await;
    let (status, headers, body) =
        get(&world, &named(), asking([(ACCEPT_ENCODING, "zstd, identity;q=0")])).await;
    assert_eq!((status, body.as_str()), (406, ""));
    assert!(headers.get_all("vary").iter().any(|vary| vary == "accept-encoding"));
    let (status, _, body) = get(&world, &named(), asking([(ACCEPT_ENCODING, "zstd")])).await;
    assert_eq!((status, body.as_str()), (200, PLAIN));
}
