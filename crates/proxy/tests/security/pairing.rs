//! Line 10: a pairing code takes five tries, and a stranger's tries cost nobody else anything.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use scantill_testkit::world::{Settings, World, code, new_terminal, read};
use scantill_types::Timestamp;
use scantill_types::api::ProblemCode;

const ALWAYS: Timestamp = Timestamp(i64::MAX);

async fn world() -> World {
    World::start_with(Settings::without_webhooks()).await
}

async fn make_code(world: &World, terminal: &str) -> String {
    let terminal = new_terminal("store_2", terminal);
    world.add_terminal(terminal, ALWAYS).await
}

fn tries(world: &World, code: &str) -> i64 {
    let sql = "SELECT tries FROM pairing_codes WHERE public_part = ?1";
    world.database().query_row(sql, [&code[..4]], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn of_400_wrong_tries_at_once_five_are_compared() {
    let world = world().await;
    let (attacked, other) = (make_code(&world, "POS-07").await, make_code(&world, "POS-08").await);
    let wrong = format!("{}-AAAA-AAAA", &attacked[..4]);
    let guesses = join_all((0..400).map(|_| world.pair_with_code(&wrong, "stranger"))).await;
    assert!(guesses.into_iter().all(|guess| code(guess) == ProblemCode::PairingRefused));
    assert_eq!(tries(&world, &attacked), 5);
    assert_eq!(code(world.pair_with_code(&attacked, "tablet").await), ProblemCode::PairingRefused);
    world.pair_with_code(&other, "tablet").await.unwrap();
    world.pair_with_code(&make_code(&world, "POS-07").await, "tablet").await.unwrap();
}

#[tokio::test]
async fn wrong_first_groups_cost_no_write_and_no_code() {
    let world = world().await;
    let good = make_code(&world, "POS-07").await;
    let counting = "CREATE TABLE written (at INTEGER);
        CREATE TRIGGER counting AFTER UPDATE ON pairing_codes BEGIN INSERT INTO written VALUES (1); END;";
    world.database().execute_batch(counting).unwrap();
    let first = if good.starts_with("ZZZZ") { "YYYY" } else { "ZZZZ" };
    let strangers = [format!("{first}-AAAA-AAAA"), "x".repeat(15_000), "AAAA-AAAA".to_owned(), String::new()];
    let guesses = (0..100).map(|guess| world.pair_with_code(&strangers[guess % strangers.len()], "stranger"));
    assert!(join_all(guesses).await.into_iter().all(|guess| code(guess) == ProblemCode::PairingRefused));
    let written: i64 = world.stored("SELECT count(*) FROM written");
    assert_eq!((written, tries(&world, &good)), (0, 0));
    world.pair_with_code(&good, "tablet").await.unwrap();
}

#[tokio::test]
async fn how_long_a_refusal_takes_tells_nothing() {
    let world = world().await;
    let good = make_code(&world, "POS-07").await;
    let mut others = Vec::new();
    for terminal in ["POS-11", "POS-12", "POS-13", "POS-14"] {
        others.push(make_code(&world, terminal).await);
    }
    let first = if good.starts_with("ZZZZ") { "YYYY" } else { "ZZZZ" };
    for wrong in [format!("{}-AAAA-AAAA", &good[..4]), format!("{first}-AAAA-AAAA"), "?".to_owned()] {
        let began = Instant::now();
        let refused = world.pair_with_code(&wrong, "stranger").await.unwrap_err();
        assert!(Duration::from_millis(500) <= began.elapsed(), "{wrong}");
        assert!(refused.detail.contains("make a new one"), "{}", refused.detail);
    }
    let mut fastest = Duration::MAX;
    for (number, good) in [good].into_iter().chain(others).enumerate() {
        let began = Instant::now();
        world.pair_with_code(&good, &format!("tablet-{number}")).await.unwrap();
        fastest = fastest.min(began.elapsed());
    }
    // A busy machine makes one of them slow, and all of them only if all wait.
    assert!(fastest < Duration::from_millis(500), "who has the code does not wait: {fastest:?}");
}

#[tokio::test]
async fn of_two_tablets_with_one_code_at_once_one_is_paired() {
    let world = world().await;
    let good = make_code(&world, "POS-07").await;
    let (one, other) =
        tokio::join!(world.pair_with_code(&good, "tablet-1"), world.pair_with_code(&good, "tablet-2"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}

#[tokio::test]
async fn a_device_that_pairs_again_elsewhere_loses_its_older_tokens() {
    let world = world().await;
    let first = world.pair_with_code(&make_code(&world, "POS-07").await, "tablet").await.unwrap().token;
    world.pair_with_code(&make_code(&world, "POS-08").await, "tablet").await.unwrap();
    let asked = world.http.get(format!("{}/v1/terminal", world.proxy)).bearer_auth(first);
    assert_eq!(code(read::<serde_json::Value>(asked).await), ProblemCode::Unauthenticated);
}

#[tokio::test]
async fn a_restart_gives_no_tries_back() {
    let mut world = world().await;
    let good = make_code(&world, "POS-07").await;
    let wrong = format!("{}-AAAA-AAAA", &good[..4]);
    join_all((0..3).map(|_| world.pair_with_code(&wrong, "stranger"))).await;
    world.stop_proxy().await;
    world.start_proxy().await;
    join_all((0..3).map(|_| world.pair_with_code(&wrong, "stranger"))).await;
    assert_eq!(tries(&world, &good), 5);
    assert_eq!(code(world.pair_with_code(&good, "tablet").await), ProblemCode::PairingRefused);
}
