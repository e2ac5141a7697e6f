//! Line 31 and F5: one till cannot starve another, whatever it sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Response;
use scantill_testkit::world::{Settings, World, body, magic, new_terminal, payment_id, read, until};
use scantill_types::api::{Payment, PaymentState, Problem, ProblemCode};
use scantill_types::{PaymentId, Timestamp};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// As slow as the provider was in F5, made half as long.
const SOURCE_MS: u64 = 250;
const CHARGE_MS: u64 = 350;

fn settings(limits: &'static str) -> Settings {
    Settings { webhooks: false, limits, ..Settings::default() }
}

/// The token of a till of another store.
async fn of_another_store(world: &World) -> String {
    let terminal = new_terminal("store_2", "POS-01");
    let code = world.add_terminal(terminal, Timestamp(i64::MAX)).await;
    world.pair_with_code(&code, "of-store-2").await.unwrap().token
}

async fn put_as(world: &World, token: &str, id: &PaymentId) -> Response {
    let put = world.http.put(format!("{}/v1/payments/{id}", world.proxy)).bearer_auth(token);
    put.json(&body(&magic("03"))).send().await.unwrap()
}

/// How long a payment takes from its PUT until it is pending.
async fn until_pending(world: &World, token: &str) -> Duration {
    let (id, began) = (payment_id(), Instant::now());
    assert_eq!(put_as(world, token, &id).await.status(), 201);
    loop {
        let get = world.http.get(format!("{}/v1/payments/{id}", world.proxy)).bearer_auth(token);
        let payment: Payment = read(get).await.unwrap();
        match payment.state {
            PaymentState::Sending => tokio::time::sleep(Duration::from_millis(10)).await,
            PaymentState::Pending => return began.elapsed(),
            other => panic!("it ended as {other:?} ({:?})", payment.failure_code),
        }
    }
}

async fn median_until_pending(world: &World, token: &str) -> Duration {
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(until_pending(world, token).await);
    }
    times.sort();
    times[times.len() / 2]
}

/// A till that sends as fast as it is answered, over many connections.
struct Flood {
    stop: Arc<AtomicBool>,
    taken_on: Arc<AtomicUsize>,
    tasks: JoinSet<()>,
}

impl Flood {
    fn of_puts(world: &World, connections: usize) -> Self {
        let (stop, taken_on) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        for _ in 0..connections {
            let (stop, taken_on) = (stop.clone(), taken_on.clone());
            let (http, proxy, token) = (world.http.clone(), world.proxy.clone(), world.token.clone());
            tasks.spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let put = http.put(format!("{proxy}/v1/payments/{}", payment_id())).bearer_auth(&token);
                    let answer = put.json(&body(&magic("03"))).send().await.unwrap();
                    taken_on.fetch_add(usize::from(answer.status() == 201), Ordering::Relaxed);
                }
            });
        }
        Self { stop, taken_on, tasks }
    }

    async fn has_taken_on(&self, count: usize) {
        until("a flood", async || count <= self.taken_on.load(Ordering::Relaxed)).await;
    }

    async fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        self.tasks.join_all().await;
    }
}

/// The times from PUT to pending of another store: alone, and beside a till that floods.
async fn alone_and_beside_a_flood(limits: &'static str) -> (Duration, Duration) {
    let world = World::start_with(settings(limits)).await;
    for (on, delay_ms) in [("POST /sources", SOURCE_MS), ("POST /charges", CHARGE_MS)] {
        let fault = json!({"fault": "delay", "on": on, "count": "all", "delay_ms": delay_ms});
        world.order("POST", "faults", fault).await;
    }
    let other = of_another_store(&world).await;
    let alone = median_until_pending(&world, &other).await;
    let flood = Flood::of_puts(&world, 6);
    // Far more than can be sent in the time that they may wait.
    flood.has_taken_on(40).await;
    let beside = median_until_pending(&world, &other).await;
    flood.end().await;
    (alone, beside)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flooding_till_at_most_doubles_another_stores_time_to_pending() {
    // What measures looks more often than a till.
    let (alone, beside) =
        alone_and_beside_a_flood("device = { reads_per_minute = 1000000, reads_at_once = 1000000 }").await;
    assert!(beside <= alone * 2, "{beside:?} beside a flood, {alone:?} alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slots_are_fair_even_where_no_bucket_ends_the_flood() {
    // About as many as in F5: three times what the provider can take.
    let limits = "device = { changes_per_minute = 1200, changes_at_once = 60, reads_per_minute = 1000000, \
        reads_at_once = 1000000 }";
    let (alone, beside) = alone_and_beside_a_flood(limits).await;
    assert!(beside <= alone * 2, "{beside:?} beside a flood, {alone:?} alone");
}

/// Reads of this charge, or of all but it, that came at this time or later.
async fn reads_since(world: &World, charge: &str, since: Timestamp, of_others: bool) -> usize {
    let log = world.request_log().await;
    let is_wanted = |line: &&Value| {
        let path = line["path"].as_str().unwrap();
        let is_read = line["method"] == "GET" && path.starts_with("/charges/");
        is_read
            && (path.ends_with(charge) != of_others)
            && since <= Timestamp::parse(line["at"].as_str().unwrap()).unwrap()
    };
    log.iter().filter(is_wanted).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_till_with_many_open_payments_delays_no_others_reads() {
    // Each read takes far longer than the pause between two: the neighbour's payments are always due.
    let timing = "read_first_ms = 20, read_every_ms = 20, read_slow_every_ms = 20";
    let world = World::start_with(Settings { timing, ..settings("") }).await;
    for _ in 0..40 {
        world.pending("01").await;
    }
    let delay = json!({"fault": "delay", "on": "GET /charges/:id", "count": "all", "delay_ms": 100});
    world.order("POST", "faults", delay).await;
    let (other, id) = (of_another_store(&world).await, payment_id());
    assert_eq!(put_as(&world, &other, &id).await.status(), 201);
    let charge = until_charged(&world, &other, &id).await;
    until("the other's first read", async || 1 <= world.requests("GET", &format!("/charges/{charge}")).await)
        .await;
    let began = world.request_times("GET", &format!("/charges/{charge}")).await[0];
    until("the other's tenth read", async || 10 <= reads_since(&world, &charge, began, false).await).await;
    let (own, of_neighbour) =
        (reads_since(&world, &charge, began, false).await, reads_since(&world, &charge, began, true).await);
    // The neighbour has two of the three slots, and forty payments. In one queue for all there are forty to one.
    assert!(of_neighbour <= 5 * own, "{own} reads beside {of_neighbour} of the neighbour's");
    // Not because the neighbour is left alone.
    assert!(own <= of_neighbour, "{own} reads beside {of_neighbour} of the neighbour's");
}

async fn until_charged(world: &World, token: &str, id: &PaymentId) -> String {
    let mut payment: Payment;
    loop {
        let get = world.http.get(format!("{}/v1/payments/{id}", world.proxy)).bearer_auth(token);
        payment = read(get).await.unwrap();
        if let Some(charge) = payment.charge {
            return charge.id.to_string();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn limited(answer: Response) -> u64 {
    assert_eq!(answer.status(), 429);
    let header: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let problem: Problem = answer.json().await.unwrap();
    assert_eq!((problem.code, problem.never_created), (ProblemCode::RateLimited, false));
    assert_eq!(problem.retry_after_s, Some(header));
    header
}

#[tokio::test]
async fn a_put_beyond_the_bucket_is_not_begun_and_may_come_again() {
    let world =
        World::start_with(settings("device = { changes_per_minute = 60, changes_at_once = 3 }")).await;
    for _ in 0..3 {
        world.pay(&magic("00")).await;
    }
    let (id, body) = (payment_id(), body(&magic("00")));
    let put = async || world.call("PUT", &format!("/v1/payments/{id}")).json(&body).send().await.unwrap();
    assert_eq!(limited(put().await).await, 1);
    let known = world.stored::<u32>(&format!("SELECT count(*) FROM payments WHERE payment_id = '{id}'"));
    assert_eq!(known, 0);
    // Reading is not what was too much, and another till has a bucket of its own.
    assert_eq!(world.call("GET", "/v1/terminal").send().await.unwrap().status(), 200);
    let other = of_another_store(&world).await;
    assert_eq!(put_as(&world, &other, &payment_id()).await.status(), 201);
    until("the same PUT is taken on", async || put().await.status() == 201).await;
}

#[tokio::test]
async fn every_request_has_a_bucket() {
    let all_once = "device = { changes_per_minute = 1, changes_at_once = 1, approvals_per_minute = 1, \
        approvals_at_once = 1, lists_per_minute = 1, lists_at_once = 1, reads_per_minute = 1, reads_at_once = 1 }";
    let world = World::start_with(settings(all_once)).await;
    for (method, path) in [
        ("GET", "/v1/payments"),
        ("GET", "/v1/terminal"),
        ("POST", "/v1/payments/x/refresh"),
        ("POST", "/v1/payments/x/release"),
    ] {
        let answer = world.call(method, path).json(&json!({"pin": "2580"})).send().await.unwrap();
        assert_ne!(answer.status(), 429, "{path}");
    }
    for (method, path) in [
        ("PUT", "/v1/payments/x"),
        ("POST", "/v1/payments/x/cancel"),
        ("POST", "/v1/payments/x/refresh"),
        ("POST", "/v1/payments/x/holder"),
        ("POST", "/v1/payments/x/disposition"),
        ("POST", "/v1/payments/x/release"),
        ("POST", "/v1/payments/x/acknowledge"),
        ("PUT", "/v1/payments/x/refunds/r"),
        ("GET", "/v1/payments"),
        ("GET", "/v1/reviews"),
        ("GET", "/v1/events"),
        ("GET", "/v1/payments/x"),
        ("GET", "/v1/terminal"),
        ("GET", "/v1/device"),
        ("POST", "/v1/unpair"),
        ("GET", "/v1/supervisors"),
    ] {
        let wait_s = limited(world.call(method, path).json(&json!({})).send().await.unwrap()).await;
        assert!((1..=60).contains(&wait_s), "{method} {path}: {wait_s}");
    }
}

#[tokio::test]
async fn cancels_of_unknown_ids_fill_no_disk() {
    let world =
        World::start_with(settings("device = { changes_per_minute = 60, changes_at_once = 10 }")).await;
    let began = Instant::now();
    let body = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": "cashier"});
    for _ in 0..150 {
        let cancel = world.call("POST", &format!("/v1/payments/{}/cancel", payment_id()));
        let _ = cancel.json(&body).send().await.unwrap();
    }
    let passed = u32::try_from(began.elapsed().as_secs()).unwrap();
    let rows = world.stored::<u32>("SELECT count(*) FROM payments");
    assert!((10..=11 + passed).contains(&rows), "{rows} rows in {passed} s");
    assert_eq!(world.stored::<u32>("SELECT count(*) FROM audit WHERE cause = 'never_arrived'"), rows);
}

#[tokio::test]
async fn a_device_leaves_so_many_refused_payments_a_day_and_no_more() {
    let world =
        World::start_with(settings("device = { changes_at_once = 1000, never_arrived_a_day = 10 }")).await;
    let cancel = json!({"sale_id": "sale-x", "amount": 2225, "currency": "THB", "by": "cashier"});
    let refused = body("1234");
    let mut limited = 0;
    for number in 0..40 {
        let path = format!("/v1/payments/{}", payment_id());
        let call = match number % 2 {
            0 => world.call("PUT", &path).json(&refused),
            _ => world.call("POST", &format!("{path}/cancel")).json(&cancel),
        };
        limited += usize::from(call.send().await.unwrap().status() == 429);
    }
    assert_eq!((limited, world.stored::<u32>("SELECT count(*) FROM payments")), (30, 10));
    assert_eq!(world.stored::<u32>("SELECT count(*) FROM audit WHERE cause = 'never_arrived'"), 10);
    // A payment that is taken on is none of them.
    world.pay(&magic("00")).await;
}

async fn has_ended(stream: &mut Response) -> bool {
    matches!(
        tokio::time::timeout(Duration::from_secs(8), async {
            while let Ok(Some(_)) = stream.chunk().await {}
        })
        .await,
        Ok(())
    )
}

#[tokio::test]
async fn a_fifth_stream_of_a_device_ends_its_oldest_and_no_others() {
    let world = World::start_with(settings("device = {}")).await;
    let open = async |token: &str| {
        let get = world.http.get(format!("{}/v1/events", world.proxy)).bearer_auth(token);
        get.send().await.unwrap()
    };
    let other = of_another_store(&world).await;
    let mut of_other = open(&other).await;
    let mut streams = Vec::new();
    for _ in 0..5 {
        streams.push(open(&world.token).await);
    }
    let oldest = &mut streams[0];
    assert!(has_ended(oldest).await);
    let id = world.pay(&magic("00")).await;
    for stream in &mut streams[1..] {
        let mut text = String::new();
        let reading = async {
            while !text.contains(id.as_str()) {
                text += std::str::from_utf8(&stream.chunk().await.unwrap().expect("it ended")).unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(8), reading).await.unwrap();
    }
    // The other store's stream lives, and hears nothing of it but that the proxy is there.
    let first = of_other.chunk().await.unwrap().unwrap();
    assert!(!String::from_utf8_lossy(&first).contains(id.as_str()));
}
