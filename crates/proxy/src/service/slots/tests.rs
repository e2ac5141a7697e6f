//! Slots are dealt in turn, by account and then by terminal.

use super::*;
use std::time::Duration;

use futures_util::FutureExt;
use scantill_types::{StoreId, TerminalId};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::timeout;

fn tenant(account: &str, terminal: &str) -> Tenant {
    let (store, terminal) = (StoreId::parse("store_1").unwrap(), TerminalId::parse(terminal).unwrap());
    Tenant::terminal(account, &store, &terminal)
}

/// The order in which these get the one slot that there is.
async fn order(waiting: &[(&str, &str)]) -> Vec<String> {
    let slots = Slots::new(1);
    let held = slots.try_take(tenant("other", "POS-99")).unwrap();
    let got = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for (account, terminal) in waiting {
        let (slots, got, tenant) = (slots.clone(), got.clone(), tenant(account, terminal));
        let name = format!("{account}/{terminal}");
        tasks.spawn(async move {
            let _slot = slots.take(tenant).await.unwrap();
            got.lock().unwrap().push(name);
        });
        tokio::task::yield_now().await;
    }
    drop(held);
    tasks.join_all().await;
    Arc::try_unwrap(got).unwrap().into_inner().unwrap()
}

#[tokio::test]
async fn turns_go_by_account_and_within_it_by_terminal() {
    let waiting = [("a", "1"), ("a", "1"), ("a", "1"), ("a", "2"), ("b", "1"), ("b", "1")];
    assert_eq!(order(&waiting).await, ["a/1", "b/1", "a/2", "b/1", "a/1", "a/1"]);
}

/// Who wait for slots, and the slots that they were given, in the order of the giving.
struct Queue {
    slots: Arc<Slots>,
    tasks: JoinSet<()>,
    to: UnboundedSender<(String, Slot)>,
    given: UnboundedReceiver<(String, Slot)>,
}

impl Queue {
    fn new() -> Self {
        let (to, given) = unbounded_channel();
        Self { slots: Slots::new(4), tasks: JoinSet::new(), to, given }
    }

    async fn wait(&mut self, account: &str, terminal: &str) {
        let (slots, to, tenant) = (self.slots.clone(), self.to.clone(), tenant(account, terminal));
        let name = format!("{account}/{terminal}");
        self.tasks.spawn(async move {
            let slot = slots.take(tenant).await.unwrap();
            to.send((name, slot)).unwrap();
        });
        tokio::task::yield_now().await;
    }

    /// How many slots are given back until this one has its own.
    async fn given_back_until(&mut self, wanted: &str) -> usize {
        let mut count = 0;
        while self.given.recv().await.unwrap().0 != wanted {
            count += 1;
        }
        count
    }
}

#[tokio::test]
async fn a_neighbour_with_a_thousand_waiting_holds_up_nobody() {
    let mut queue = Queue::new();
    for _ in 0..1_000 {
        queue.wait("a", "1").await;
    }
    for _ in 0..50 {
        let slot = queue.slots.take(tenant("a", "2")).now_or_never();
        drop(slot.expect("it waits").unwrap());
        drop(queue.given.recv().await.unwrap());
    }
}

#[tokio::test]
async fn among_many_busy_terminals_one_more_waits_for_its_turn_alone() {
    let mut queue = Queue::new();
    for number in 0..600 {
        queue.wait("a", &format!("{}", number % 6)).await;
    }
    queue.wait("a", "quiet").await;
    // Four have slots, and six terminals are before it.
    assert!(queue.given_back_until("a/quiet").await <= 10);
    queue.wait("b", "quiet").await;
    assert!(queue.given_back_until("b/quiet").await <= 5);
}

#[tokio::test]
async fn one_that_gave_up_takes_no_slot_and_each_comes_back() {
    let slots = Slots::new(1);
    let held = slots.try_take(tenant("a", "1")).unwrap();
    assert!(slots.try_take(tenant("b", "1")).is_none());
    for _ in 0..3 {
        timeout(Duration::from_millis(1), slots.take(tenant("a", "2"))).await.unwrap_err();
    }
    drop(held);
    let again = slots.try_take(tenant("b", "1")).expect("a slot was lost");
    let (first, second) = tokio::join!(
        async {
            drop(slots.take(tenant("a", "1")).await.unwrap());
        },
        async { drop(again) }
    );
    assert_eq!((first, second), ((), ()));
    assert!(slots.try_take(tenant("a", "1")).is_some());
    assert!(slots.state().held.is_empty() && slots.state().waiting.is_empty());
}

#[tokio::test]
async fn a_terminal_leaves_one_slot_to_the_others() {
    let slots = Slots::new(4);
    let held: Vec<_> = (0..4).filter_map(|_| slots.try_take(tenant("a", "1"))).collect();
    assert_eq!(held.len(), 3);
    assert!(slots.try_take(tenant("a", "2")).is_some());
}
