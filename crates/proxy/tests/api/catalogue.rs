//! Every fault of the sandbox's catalogue, on every call that the proxy makes: it strikes, and when it has passed, the
//! proxy's storage and the provider's true ledger agree, nothing was sent twice, and a human is called for what is listed
//! alone. Anything else resolves by itself. Whatever happens, no line of the log holds a secret, at any level.

mod canaries;
mod faults;
mod shop;
mod truth;

use std::collections::HashSet;

use scantill_types::api::ReviewReason;
use serde_json::json;
use tokio::task::JoinSet;

use faults::{
    BEFORE_A_REFUND, BESIDE, Call, Family, OF_CHARGES_ALONE, OF_REFUNDS, OF_REQUESTS, OF_SALES, OF_WEBHOOKS,
    may_call_for,
};
use scantill_testkit::world::{Settings, World};
use shop::{Shop, Strikes, Trade};

/// Worlds at once: more only wait for each other.
const WORLDS_MAX: usize = 6;

/// A fault, and what is done under it.
type Run = (&'static str, Trade);

/// What happened in all worlds of a test.
#[derive(Debug, Default)]
struct Tally {
    worlds: Vec<&'static str>,
    strikes: Vec<Strikes>,
    calls: Vec<(&'static str, ReviewReason)>,
    failed: Vec<(Run, &'static str)>,
}

impl Tally {
    fn take(&mut self, run: Run, endured: Option<(Vec<Strikes>, Vec<ReviewReason>)>) {
        let Some((strikes, calls)) = endured else {
            self.failed.push((run, "see above"));
            return;
        };
        if strikes.iter().all(|strikes| strikes.count == 0) {
            self.failed.push((run, "it never struck"));
        }
        self.worlds.push(run.0);
        self.strikes.extend(strikes);
        self.calls.extend(calls.into_iter().map(|reason| (run.0, reason)));
    }

    /// Each of these calls was struck by as many kinds as it must be.
    fn struck(&self, calls: &[Call]) {
        for Call { on, kinds_min, .. } in calls {
            let of_call = self.strikes.iter().filter(|strikes| strikes.on == *on && 0 < strikes.count);
            let kinds: HashSet<&str> = of_call.map(|strikes| strikes.fault).collect();
            let missing: Vec<&str> = of(&OF_REQUESTS).filter(|fault| !kinds.contains(fault)).collect();
            assert!(
                *kinds_min <= kinds.len(),
                "only {} kinds of faults struck {on}: not {missing:?}",
                kinds.len()
            );
        }
    }

    /// A fault that may call a human without ever doing so would hide a call that is wrong. The call for a status that the
    /// proxy does not know ends with the next read, mostly before a test sees it: tests of its own show that one.
    fn used_its_calls(&self) {
        let is_used =
            |fault: &str| fault == "unknown_status" || self.calls.iter().any(|(called, _)| *called == fault);
        let unused = of(&OF_REQUESTS).find(|fault| !may_call_for(fault).is_empty() && !is_used(fault));
        assert_eq!(unused, None, "it never called a human");
    }

    /// The figures of docs/payments.md.
    #[expect(clippy::print_stderr, reason = "for whoever asks with --nocapture")]
    fn show(&self, families: &[Family]) {
        for Family { name, faults } in families {
            let of_family = self.strikes.iter().filter(|strikes| faults.contains(&strikes.fault));
            let struck: u64 = of_family.map(|strikes| strikes.count).sum();
            let worlds = self.worlds.iter().filter(|fault| faults.contains(fault)).count();
            eprintln!("| {name} | {} kinds | {worlds} worlds | {struck} strikes |", faults.len());
        }
        eprintln!("{} lines at TRACE, none with a secret", canaries::lines());
    }
}

async fn endure((fault, trade): Run) -> (Vec<Strikes>, Vec<ReviewReason>) {
    let mut shop = Shop::open(fault, trade).await;
    match trade {
        Trade::Sales { .. } => shop.trade().await,
        Trade::Beside => shop.trade_beside().await,
    }
    // A call may be over with the next read: what was called for at any time counts.
    let mut calls = shop.agree().await;
    let strikes = shop.calm().await;
    calls.extend(shop.agree().await);
    shop.asked_for_what_is_struck().await;
    shop.sent_once().await;
    shop.world.audit_is_whole();
    (strikes, calls)
}

async fn endure_all(runs: impl IntoIterator<Item = Run>) -> Tally {
    let (mut worlds, mut tally) = (JoinSet::new(), Tally::default());
    for run in runs {
        if WORLDS_MAX <= worlds.len() {
            let (run, endured) = worlds.join_next().await.unwrap().unwrap();
            tally.take(run, endured);
        }
        worlds.spawn(async move { (run, tokio::spawn(endure(run)).await.ok()) });
    }
    while let Some(done) = worlds.join_next().await {
        let (run, endured) = done.unwrap();
        tally.take(run, endured);
    }
    assert!(tally.failed.is_empty(), "{:?}", tally.failed);
    canaries::nothing_leaked();
    tally
}

fn of(families: &[Family]) -> impl Iterator<Item = &'static str> {
    families.iter().flat_map(|family| family.faults.iter().copied())
}

/// Both ways of creating a charge: where no webhook tells of it, and where one does.
fn both_ways(fault: &'static str) -> [Run; 2] {
    // Of the copy of a charge that was answered, a webhook alone tells.
    let webhooks = fault == "delivered_twice";
    [
        (fault, Trade::Sales { creation: "one_call", webhooks }),
        (fault, Trade::Sales { creation: "source_then_charge", webhooks: true }),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_of_a_request_storage_agrees_with_the_truth() {
    let tally = endure_all(of(&OF_REQUESTS).flat_map(both_ways)).await;
    tally.struck(&[OF_SALES.as_slice(), &OF_REFUNDS, &BEFORE_A_REFUND].concat());
    tally.used_its_calls();
    tally.show(&OF_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_beside_the_sales_storage_agrees_with_the_truth() {
    let faults = of(&OF_REQUESTS).filter(|fault| !OF_CHARGES_ALONE.contains(fault));
    let tally = endure_all(faults.map(|fault| (fault, Trade::Beside))).await;
    tally.struck(&BESIDE);
    tally.show(&OF_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn under_every_fault_of_a_webhook_storage_agrees_with_the_truth() {
    let sales = Trade::Sales { creation: "one_call", webhooks: true };
    endure_all(of(&OF_WEBHOOKS).map(|fault| (fault, sales))).await.show(&OF_WEBHOOKS);
}

#[tokio::test]
async fn each_fault_of_the_sandbox_stands_in_one_family() {
    let world = World::without_proxy(Settings::default()).await;
    world.order("PUT", "chaos", json!({"odds": 0.0})).await;
    let rules = world.faults().await;
    let mut catalogue: Vec<&str> = rules.iter().map(|rule| rule["fault"].as_str().unwrap()).collect();
    let mut listed: Vec<&str> = of(&OF_REQUESTS).chain(of(&OF_WEBHOOKS)).collect();
    catalogue.sort_unstable();
    listed.sort_unstable();
    assert_eq!(catalogue, listed);
}
