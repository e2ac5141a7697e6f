//! Looks are dealt in turn, by account and then by terminal.

use super::*;
use scantill_types::{StoreId, TerminalId};

/// What is due, named by tenant and number: `a/1/3` is the third payment of terminal 1 of account a.
#[derive(Default)]
struct Shop {
    payments: Vec<(PaymentId, Tenant, bool)>,
    turns: PollTurns,
}

fn tenant(name: &str) -> Tenant {
    let (account, terminal) = name.split_once('/').unwrap();
    Tenant::terminal(account, &StoreId::parse("store_1").unwrap(), &TerminalId::parse(terminal).unwrap())
}

impl Shop {
    fn due(mut self, of: &str, count: usize, is_only_watched: bool) -> Self {
        for number in 0..count {
            let id = PaymentId::parse(&format!("{}-{number}", of.replace('/', "-"))).unwrap();
            self.payments.push((id, tenant(of), is_only_watched));
        }
        self
    }

    /// Deals so many while these are held, and forgets what was dealt.
    fn deal(&mut self, held: &[(&str, usize)], limit: usize, watched_room: usize) -> Vec<String> {
        let Self { payments, turns } = self;
        let due = payments.iter().zip(0..).map(|((id, tenant, is_only_watched), at)| DuePayment {
            is_only_watched: *is_only_watched,
            due_at: Timestamp(at),
            id,
            tenant,
        });
        let held: Vec<(Tenant, usize)> = held.iter().map(|(name, count)| (tenant(name), *count)).collect();
        let held = held.iter().map(|(tenant, count)| (tenant, *count)).collect();
        let dealt = turns.deal(due.collect(), held, limit, watched_room);
        let dealt: Vec<String> = dealt.into_iter().map(ToString::to_string).collect();
        payments.retain(|(id, ..)| !dealt.contains(&id.to_string()));
        dealt
    }
}

#[test]
fn looks_go_by_account_and_within_it_by_terminal_the_longest_due_first() {
    let mut shop = Shop::default().due("a/1", 3, false).due("a/2", 1, false).due("b/1", 2, false);
    assert_eq!(shop.deal(&[], 9, 4), ["a-1-0", "b-1-0", "a-2-0", "b-1-1", "a-1-1", "a-1-2"]);
}

#[test]
fn turns_go_on_where_one_place_after_another_is_given_back() {
    let mut shop = Shop::default().due("a/1", 500, false).due("a/2", 2, false).due("b/1", 2, false);
    let dealt: Vec<String> = (0..6).flat_map(|_| shop.deal(&[], 1, 4)).collect();
    assert_eq!(dealt, ["a-1-0", "b-1-0", "a-2-0", "b-1-1", "a-1-1", "a-2-1"]);
}

#[test]
fn a_terminal_leaves_places_to_the_others() {
    let mut shop = Shop::default().due("a/1", 500, false);
    assert_eq!(shop.deal(&[("a/1", 5)], 7, 4).len(), 3);
    assert_eq!(shop.deal(&[("a/1", 8)], 4, 4), [""; 0]);
    let mut shop = shop.due("a/2", 1, false);
    assert_eq!(shop.deal(&[("a/1", 8)], 4, 4), ["a-2-0"]);
}

#[test]
fn what_is_only_watched_comes_last_and_where_there_is_room() {
    let mut shop = Shop::default().due("a/1", 3, true).due("b/1", 3, true).due("a/1", 10, false);
    let dealt = shop.deal(&[], 12, 3);
    // Eight of the first terminal, and the room for three of the other.
    let (open, watched) = dealt.split_at(8);
    assert!(open.iter().all(|id| id.starts_with("a-1")), "{dealt:?}");
    assert_eq!(watched, ["b-1-0", "b-1-1", "b-1-2"]);
}

#[test]
fn who_has_no_work_is_forgotten() {
    let mut shop = Shop::default().due("a/1", 1, false).due("b/1", 1, false);
    shop.deal(&[], 9, 4);
    shop.deal(&[("a/1", 1)], 9, 4);
    assert_eq!((shop.turns.of_tenant.len(), shop.turns.of_account.len()), (1, 1));
}
