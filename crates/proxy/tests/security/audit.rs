//! Line 36: who did what is told by lines that nobody changes unseen.

use scantill_testkit::program::Program;
use scantill_testkit::world::{PIN, SUPERVISOR, Settings, World, payment_id, refund_body};
use scantill_types::PaymentId;
use serde_json::json;

fn settings() -> Settings {
    Settings::without_webhooks()
}

type Who = [Option<String>; 5];

/// Account, terminal, device, person and request of the lines with this cause.
fn who(world: &World, cause: &str, id: &PaymentId) -> Vec<Who> {
    let sql = "SELECT account, terminal_id, device_id, person, request_id FROM audit
        WHERE cause = ?1 AND payment_id = ?2 ORDER BY seq";
    let database = world.database();
    let mut lines = database.prepare(sql).unwrap();
    let who = lines.query_map([cause, id.as_str()], |row| {
        Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?])
    });
    who.unwrap().map(Result::unwrap).collect()
}

fn some(texts: [Option<&str>; 5]) -> Who {
    texts.map(|text| text.map(str::to_owned))
}

#[tokio::test]
async fn each_line_names_the_device_the_till_the_person_and_the_request() {
    let world = World::start_with(settings()).await;
    let id = world.paid_beside_supervisor().await;
    let created = who(&world, "created", &id);
    let request = created[0][4].clone().unwrap();
    assert_eq!(created, [some([Some("demo"), Some("POS-01"), Some("till-1"), None, Some(&request)])]);
    let wish = refund_body(1, 0);
    let path = format!("/v1/payments/{id}/refunds/{}", payment_id());
    let answer = world.call("PUT", &path).json(&wish).send().await.unwrap();
    let named = answer.headers()["x-request-id"].to_str().unwrap();
    let asked = who(&world, "refund_asked", &id);
    assert_eq!(asked, [some([Some("demo"), Some("POS-01"), Some("till-1"), Some("Mali"), Some(named)])]);
    // What the proxy does by itself, nobody asked for.
    let itself = "SELECT count(*), count(device_id), count(person) FROM audit
        WHERE request_id IS NULL AND cursor > 0 AND terminal_id = 'POS-01'";
    let counts: (i64, i64, i64) =
        world.database().query_row(itself, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert!(0 < counts.0 && (counts.1, counts.2) == (0, 0), "{counts:?}");
}

#[tokio::test]
async fn no_statement_changes_or_removes_a_line() {
    let world = World::start_with(settings()).await;
    world.paid().await;
    let database = world.database();
    for sql in ["UPDATE audit SET state = 'failed'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 2",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 2",
        "INSERT OR REPLACE INTO audit SELECT -seq, at, cause, cursor, payment_id, state, account, store_id, terminal_id,
            device_id, person, request_id, '{}', hash FROM audit WHERE cursor = 2",
        "REPLACE INTO audit (seq, at, cause, detail, hash) VALUES (2, 0, 'x', '{}', zeroblob(32))"] {
        let refused = database.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("the audit is never"), "{sql}: {refused}");
    }
}

const NO_GUARD: &str = "DROP TRIGGER audit_stays_as_it_is; DROP TRIGGER audit_stays_whole;";

async fn verify(program: &Program, more: &[&str]) -> (bool, String) {
    run(program, &[&["audit", "verify"], more].concat()).await
}

async fn run(program: &Program, arguments: &[&str]) -> (bool, String) {
    let mut command = program.command(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn the_lines_of_a_payment_are_shown_while_the_proxy_serves() {
    let program = Program::start_with(settings()).await;
    program.paid().await;
    let shown = async |more: &[&str]| {
        let (is_good, said) = run(&program, &[&["audit", "show"], more].concat()).await;
        assert!(is_good);
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<serde_json::Value>>()
    };
    let all = shown(&[]).await;
    let payment = all.iter().find_map(|line| line["payment"].as_str()).unwrap();
    let lines = shown(&["--payment", payment]).await;
    assert!(lines.iter().all(|line| line["payment"] == payment));
    assert_eq!(lines.last().unwrap()["state"], "successful");
    let others = all.iter().filter(|line| line["payment"] != payment).count();
    assert_eq!(lines.len() + others, all.len());
    assert!(shown(&["--payment", "another"]).await.is_empty());
    assert!(!run(&program, &["audit", "show", "--payment", "no id"]).await.0);
}

#[tokio::test]
async fn the_command_finds_each_kind_of_change_while_the_proxy_serves() {
    let program = Program::start_with(settings()).await;
    program.paid().await;
    let (is_whole, said) = verify(&program, &[]).await;
    assert!(is_whole && said.contains("the audit is whole"), "{said}");
    let head = said.lines().find_map(|line| line.strip_prefix("head: ")).unwrap().to_owned();
    assert!(verify(&program, &["--head", &head]).await.0);
    let database = program.database();
    database.execute_batch(NO_GUARD).unwrap();
    for (change, undo, found) in [
        (
            "UPDATE audit SET person = 'Nok' WHERE seq = 2",
            "UPDATE audit SET person = NULL WHERE seq = 2",
            "line 2 does not follow",
        ),
        (
            "UPDATE audit SET seq = -1 WHERE seq = 2",
            "UPDATE audit SET seq = 2 WHERE seq = -1",
            "lines 2 to 2 are missing",
        ),
        (
            "UPDATE audit SET seq = -2 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -2",
            "UPDATE audit SET seq = -2 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = -2",
            "line 3 does not follow",
        ),
        (
            "INSERT INTO audit (seq, at, cause, detail, hash) SELECT max(seq) + 1, 0, 'x', '{}', zeroblob(32) FROM audit",
            "DELETE FROM audit WHERE cause = 'x'",
            "does not follow",
        ),
        (
            "CREATE TABLE cut AS SELECT * FROM audit WHERE seq = (SELECT max(seq) FROM audit); DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
            "INSERT INTO audit SELECT * FROM cut; DROP TABLE cut",
            "the chain ends with line",
        ),
    ] {
        database.execute_batch(change).unwrap();
        let (is_whole, said) = verify(&program, &[]).await;
        assert!(!is_whole && said.contains(found), "{change}: {said}");
        database.execute_batch(undo).unwrap();
        assert!(verify(&program, &[]).await.0, "{undo}");
    }
    let anew = format!("{}:{}", head.split(':').next().unwrap(), "0".repeat(64));
    assert!(!verify(&program, &["--head", &anew]).await.0);
}

#[tokio::test]
async fn a_start_finds_it_says_so_and_serves() {
    let mut program = Program::start_with(settings()).await;
    program.paid().await;
    program.kill().await;
    let database = program.database();
    database.execute_batch(NO_GUARD).unwrap();
    database.execute_batch("UPDATE audit SET detail = '{}' WHERE seq = 2").unwrap();
    drop(database);
    program.start().await;
    let log = program.log();
    assert!(log.contains("line 2 does not follow") && log.contains("broken_audit"), "{log}");
    program.paid().await;
}

#[tokio::test]
async fn what_a_till_says_of_who_ends_a_payment_is_not_believed() {
    let world = World::start_with(settings()).await;
    let id = world.pay(&scantill_testkit::world::magic("41")).await;
    let cancel = async |by: &str| {
        let body = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": by});
        let path = format!("/v1/payments/{id}/cancel");
        world.call("POST", &path).json(&body).send().await.unwrap().status().as_u16()
    };
    for by in ["supervisor", "other_payment"] {
        assert_eq!(cancel(by).await, 422, "{by}");
    }
    // The deadline is far off by the proxy's own clock.
    assert_eq!(cancel("deadline").await, 200);
    let ended = world.payment(&id).await.cancel_request.unwrap();
    assert_eq!(ended.by, scantill_types::api::CancelledBy::Till);
}

#[tokio::test]
async fn a_supervisor_is_named_on_a_device_of_the_same_name() {
    let mut world = World::start_with(settings()).await;
    world.supervisor(SUPERVISOR, PIN).await;
    world.become_second_device("Mali").await;
    let id = world.paid().await;
    let wish = refund_body(1, 0);
    world.refund(&id, "r-1", &wish).await.unwrap();
    assert_eq!(who(&world, "refund_asked", &id)[0][3].as_deref(), Some("Mali"));
    world.become_second_device("till-3").await;
    let taken =
        world.call("POST", &format!("/v1/payments/{id}/holder")).json(&json!({})).send().await.unwrap();
    assert_eq!((taken.status().as_u16(), who(&world, "taken_over", &id)[0][3].as_deref()), (200, None));
}

#[tokio::test]
async fn devices_that_come_and_go_are_on_record_with_their_request() {
    let program = Program::start_with(settings()).await;
    let pair = json!({"code": program.pairing_code(false).await, "device_id": "till-9"});
    let answer = program.call("POST", "/v1/pair").json(&pair).send().await.unwrap();
    let paired_by = answer.headers()["x-request-id"].to_str().unwrap();
    let mut command = program.command(&["terminal", "revoke", "--device", "till-9"]);
    let revoked = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(revoked.status.success());
    let database = program.database();
    let sql = "SELECT cause, terminal_id, device_id, coalesce(request_id, 'none') FROM audit
        WHERE cause LIKE 'device_%' ORDER BY seq";
    let mut lines = database.prepare(sql).unwrap();
    let told = lines.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?])).unwrap();
    let told: Vec<[String; 4]> = told.map(Result::unwrap).collect();
    let [first, .., last] = &told[..] else { panic!("{told:?}") };
    for request in [&first[3], &last[3]] {
        assert!(request.len() == 16 && request != paired_by, "{told:?}");
    }
    let expected = [
        ["device_paired", "POS-01", "till-1", &first[3]],
        ["device_replaced", "POS-01", "till-1", paired_by],
        ["device_paired", "POS-01", "till-9", paired_by],
        ["device_revoked", "POS-01", "till-9", &last[3]],
    ];
    assert_eq!(told, expected.map(|line| line.map(str::to_owned)));
}

#[tokio::test]
async fn an_offline_revocation_is_audited_without_a_request() {
    let mut program = Program::start_with(settings()).await;
    program.kill().await;
    let mut command = program.command(&["terminal", "revoke", "--terminal", "POS-01"]);
    assert!(command.output().unwrap().status.success());
    let sql = "SELECT device_id FROM audit WHERE cause = 'device_revoked' AND request_id IS NULL";
    let device: String = program.stored(sql);
    assert_eq!(device, "till-1");
}
