//! Polls are dealt in turn, by account and then by terminal.

use super::*;
use scantill_types::{StoreId, TerminalId};

const LONG_MS: u64 = 3_600_000;
const NOW: Timestamp = Timestamp(1_000_000);

/// Due payments, named by tenant and number: `a-1-3` is the third payment of terminal 1 of account a.
#[derive(Default)]
struct Shop {
    queue: LocalPollQueue,
    planned: i64,
}

fn tenant(name: &str) -> Tenant {
    let (account, terminal) = name.split_once('/').unwrap();
    Tenant::terminal(account, &StoreId::parse("store_1").unwrap(), &TerminalId::parse(terminal).unwrap())
}

fn names(leases: &[Lease]) -> Vec<&str> {
    leases.iter().map(|lease| lease.id.as_str()).collect()
}

impl Shop {
    fn due(mut self, of: &str, count: usize, is_finished: bool) -> Self {
        for number in 0..count {
            let id = PaymentId::parse(&format!("{}-{number}", of.replace('/', "-"))).unwrap();
            let due_at = Some(Timestamp(self.planned));
            self.queue.plan(&id, PollPlan { due_at, version: 1, is_finished, tenant: tenant(of) });
            self.planned += 1;
        }
        self
    }

    fn lease(&self, limit: usize) -> Vec<Lease> {
        self.queue.lease(NOW, LONG_MS, limit)
    }

    fn release(&self, lease: &Lease) {
        self.queue.release(lease, PollResult { version: None, due_at: None }, NOW);
    }
}

#[test]
fn polls_go_by_account_then_terminal_the_longest_due_first() {
    let shop = Shop::default().due("a/1", 3, false).due("a/2", 1, false).due("b/1", 2, false);
    assert_eq!(names(&shop.lease(9)), ["a-1-0", "b-1-0", "a-2-0", "b-1-1", "a-1-1", "a-1-2"]);
}

#[test]
fn turns_go_on_as_one_place_after_another_is_released() {
    let shop = Shop::default().due("a/1", 500, false).due("a/2", 2, false).due("b/1", 2, false);
    let one = |_| {
        let lease = shop.lease(1).pop().unwrap();
        shop.release(&lease);
        lease
    };
    let leases: Vec<Lease> = (0..6).map(one).collect();
    assert_eq!(names(&leases), ["a-1-0", "b-1-0", "a-2-0", "b-1-1", "a-1-1", "a-2-1"]);
}

#[test]
fn a_terminal_leaves_places_to_the_others() {
    let shop = Shop::default().due("a/1", 500, false);
    assert_eq!(shop.lease(5).len(), 5);
    assert_eq!(shop.lease(7).len(), 3);
    assert_eq!(shop.lease(4), []);
    assert_eq!(shop.queue.next_due(NOW), Some(NOW.plus_ms(LONG_MS)), "the clock alone makes no room");
    let shop = shop.due("a/2", 1, false);
    assert_eq!(names(&shop.lease(4)), ["a-2-0"]);
}

#[test]
fn finished_payments_come_last_and_where_there_is_room() {
    let shop = Shop::default().due("a/1", 3, true).due("b/1", 6, true).due("c/1", 10, false);
    let leases = shop.lease(20);
    let (active, finished) = leases.split_at(8);
    assert!(active.iter().all(|lease| lease.id.as_str().starts_with("c-1")), "{leases:?}");
    assert_eq!(names(finished), ["a-1-0", "b-1-0", "a-1-1", "b-1-1"]);
    shop.release(&finished[0]);
    assert_eq!(names(&shop.lease(20)), ["a-1-2"]);
}

#[test]
fn a_lease_that_ran_out_frees_its_place() {
    let shop = Shop::default().due("a/1", 9, false);
    let first = shop.queue.lease(NOW, 10, 9);
    assert_eq!(first.len(), 8);
    let later = NOW.plus_ms(10);
    let second = shop.queue.lease(later, LONG_MS, 9);
    assert_eq!(names(&first), names(&second));
    assert!(second.iter().all(|lease| shop.queue.holds(lease)));
    assert!(!first.iter().any(|lease| shop.queue.holds(lease)));
}

#[test]
fn tenants_without_work_are_forgotten() {
    let shop = Shop::default().due("a/1", 1, false).due("b/1", 1, false);
    let leases = shop.lease(9);
    shop.release(&leases[1]);
    assert_eq!(shop.lease(9), []);
    assert_eq!(shop.queue.lock().order.sizes(), (1, 1));
}
