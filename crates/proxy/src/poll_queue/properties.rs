//! What holds for the queue in every order of commits, polls and time.

use std::collections::HashMap;

use proptest::prelude::*;
use scantill_types::{StoreId, TerminalId};

use super::*;

const LEASE_MS: u64 = 50;

#[derive(Clone, Copy, Debug)]
enum Step {
    Plan { payment: u8, due_ms: Option<u8>, is_finished: bool },
    Lease { limit: u8 },
    Release { nth: u8, due_ms: Option<u8> },
    Expedite { payment: u8 },
    Wait { ms: u8 },
    Shift { ms: i8 },
}

fn step() -> impl Strategy<Value = Step> {
    let due = || prop::option::weighted(0.8, any::<u8>());
    prop_oneof![
        4 => (0..40_u8, due(), any::<bool>())
            .prop_map(|(payment, due_ms, is_finished)| Step::Plan { payment, due_ms, is_finished }),
        3 => (0..12_u8).prop_map(|limit| Step::Lease { limit }),
        3 => (any::<u8>(), due()).prop_map(|(nth, due_ms)| Step::Release { nth, due_ms }),
        1 => (0..40_u8).prop_map(|payment| Step::Expedite { payment }),
        2 => (0..60_u8).prop_map(|ms| Step::Wait { ms }),
        1 => any::<i8>().prop_map(|ms| Step::Shift { ms }),
    ]
}

/// Forty payments of three terminals: one terminal has most of them.
fn tenant(payment: u8) -> Tenant {
    let (account, terminal) = [("a", "1"), ("a", "1"), ("a", "2"), ("b", "1")][usize::from(payment % 4)];
    Tenant::terminal(account, &StoreId::parse("store_1").unwrap(), &TerminalId::parse(terminal).unwrap())
}

fn id(payment: u8) -> PaymentId {
    PaymentId::parse(&format!("payment-{payment}")).unwrap()
}

/// The queue, and what a reader would note of it by hand.
struct World {
    queue: LocalPollQueue,
    now: Timestamp,
    /// The leases that were given and not released, with their ends.
    leases: Vec<(Lease, Timestamp)>,
    tenants: HashMap<PaymentId, Tenant>,
    fence: u64,
}

impl World {
    fn new() -> Self {
        let tenants = (0..40).map(|payment| (id(payment), tenant(payment))).collect();
        let (queue, now) = (LocalPollQueue::default(), Timestamp(1_000_000));
        Self { queue, now, leases: Vec::new(), tenants, fence: 0 }
    }

    fn at(&self, ms: u8) -> Timestamp {
        self.now.plus_ms(ms.into())
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Plan { payment, due_ms, is_finished } => {
                let due_at = due_ms.map(|ms| self.at(ms));
                let plan = PollPlan { due_at, version: 1, is_finished, tenant: tenant(payment) };
                self.queue.plan(&id(payment), plan);
            }
            Step::Lease { limit } => self.lease(limit.into()),
            Step::Release { nth, due_ms } => self.release(nth, due_ms),
            Step::Expedite { payment } => self.queue.expedite(&id(payment), tenant(payment), self.now),
            Step::Wait { ms } => self.now = self.at(ms),
            Step::Shift { ms } => {
                self.queue.shift_due_times(ms.into());
                self.now = Timestamp(self.now.0 + i64::from(ms));
                for (_, until) in &mut self.leases {
                    until.0 += i64::from(ms);
                }
            }
        }
    }

    fn lease(&mut self, limit: usize) {
        let leases = self.queue.lease(self.now, LEASE_MS, limit);
        assert!(leases.len() <= limit);
        for lease in leases {
            assert!(self.fence < lease.fence, "a fence came again");
            self.fence = lease.fence;
            let of_same = self.leases.iter().position(|(other, _)| other.id == lease.id);
            if let Some(place) = of_same {
                let (old, until) = self.leases.remove(place);
                assert!(until <= self.now && !self.queue.holds(&old), "two pollers read one charge");
            }
            assert!(self.queue.holds(&lease));
            self.leases.push((lease, self.now.plus_ms(LEASE_MS)));
        }
        let running = self.leases.iter().filter(|(_, until)| self.now < *until);
        let mut of_tenant: HashMap<&Tenant, usize> = HashMap::new();
        for (lease, _) in running {
            *of_tenant.entry(&self.tenants[&lease.id]).or_default() += 1;
        }
        assert!(of_tenant.values().all(|count| *count <= POLLS_OF_TERMINAL_MAX), "{of_tenant:?}");
    }

    fn release(&mut self, nth: u8, due_ms: Option<u8>) {
        if self.leases.is_empty() {
            return;
        }
        let (lease, _) = self.leases.remove(usize::from(nth) % self.leases.len());
        let due_at = due_ms.map(|ms| self.at(ms));
        self.queue.release(&lease, PollResult { version: Some(1), due_at }, self.now);
        assert!(!self.queue.holds(&lease), "a released lease is in force");
    }

    /// Nothing becomes leasable before the time that the queue names, and all is leased in the end.
    fn drain(&mut self) {
        for _ in 0..2_000 {
            self.lease(100);
            while !self.leases.is_empty() {
                self.release(0, None);
            }
            let Some(next) = self.queue.next_due(self.now) else {
                assert_eq!(self.queue.lease(self.now.plus_ms(1_000_000), LEASE_MS, 1), []);
                return;
            };
            let before = Timestamp(next.0 - 1);
            if self.now <= before {
                assert_eq!(self.queue.lease(before, LEASE_MS, 1), [], "due before {next:?}");
            }
            self.now = self.now.max(next);
        }
        panic!("the queue is never empty");
    }
}

proptest! {
    #[test]
    fn leases_exclude_each_other_and_nothing_due_is_forgotten(steps in prop::collection::vec(step(), 0..120)) {
        let mut world = World::new();
        for step in steps {
            world.take(step);
        }
        world.drain();
    }
}
