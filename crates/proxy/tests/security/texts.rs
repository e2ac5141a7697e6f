//! Texts of callers: what hides something, or is a card's number, is refused in clear words, and repeated nowhere.

use scantill_testkit::world::{World, body, magic, payment_id, with};
use scantill_types::api::ProblemCode;
use serde_json::json;

const CARD: &str = "4111 1111-1111 1111";

#[tokio::test]
async fn strange_texts_and_cards_are_refused_by_name_and_never_kept() {
    let world = World::start().await;
    let good = body(&magic("00"));
    let long = "x".repeat(256);
    for text in ["", "  ", "a\u{202e}b", "a\u{2028}b", "\u{200b}", "\u{1b}[31m", "a\nb", CARD, long.as_str()]
    {
        for (name, given) in [
            ("reference", json!(text)),
            ("description", json!(text)),
            ("metadata", json!({"note": text})),
            ("metadata", json!({text: "note"})),
        ] {
            let problem = world.put(&payment_id(), &with(&good, name, given)).await.unwrap_err();
            assert_eq!(
                (problem.code, problem.never_created),
                (ProblemCode::InvalidRequest, true),
                "{name} {text:?}"
            );
            assert!(problem.detail.contains(name) && problem.detail.contains(" must "), "{}", problem.detail);
            assert!(!problem.detail.contains("1111"), "{}", problem.detail);
        }
    }
    assert_eq!(world.requests("POST", "/sources").await, 0);
}

#[tokio::test]
async fn texts_of_every_script_are_kept_as_they_are() {
    let world = World::start().await;
    for text in ["ใบแจ้งหนี้ 1", "发票 3", "👩\u{200d}👧 #7", "O'Brien <b>&\"", "2026112900000042"]
    {
        let id = payment_id();
        world.put(&id, &with(&body(&magic("00")), "reference", json!(text))).await.unwrap();
        assert_eq!(world.payment(&id).await.reference.as_deref(), Some(text));
    }
}

#[tokio::test]
async fn a_card_typed_as_a_code_is_refused_and_never_sent() {
    let world = World::start().await;
    let problem = world.put(&payment_id(), &body("4111111111111111")).await.unwrap_err();
    assert_eq!((problem.code, problem.never_created), (ProblemCode::InvalidCode, true));
    assert!(problem.detail.contains("card's number"), "{}", problem.detail);
    assert_eq!(world.requests("POST", "/sources").await, 0);
}

#[test]
fn names_on_the_command_line_keep_the_same_rules() {
    let refuses = |arguments: &[&str], text: &str| {
        let program = std::process::Command::new(env!("CARGO_BIN_EXE_scantill-proxy"))
            .args(arguments)
            .args(["--config", "none.toml"])
            .output()
            .unwrap();
        let said = String::from_utf8(program.stderr).unwrap();
        assert!(!program.status.success() && said.contains(" must "), "{arguments:?}: {said}");
        let place = arguments.iter().position(|given| *given == text).unwrap();
        assert!(said.starts_with(&format!("error: {} <", arguments[place - 1])), "{said}");
        assert!(!said.contains('\u{1b}') && (text == " " || !said.contains(text)), "it is repeated: {said}");
    };
    for text in ["store\n1", "\u{1b}[31mstore", "a\u{202e}b", " ", CARD] {
        refuses(&["terminal", "add", "--store", "s", "--terminal", "t", "--name", text], text);
        refuses(&["supervisor", "add", "--store", "s", "--name", text], text);
        refuses(&["payment", "acknowledge", "p", "--by", text], text);
        let close = ["payment", "resolve", "p", "--found", "paid", "--by", "Mali"];
        refuses(&[&close[..], &["--second", "Chai", "--proof", text]].concat(), text);
        refuses(&[&close[..], &["--second", text, "--proof", "a line"]].concat(), text);
    }
}
