//! The machine beside a reference model: a provider that keeps the truth, a driver that does what is due, and every
//! fault between them. When the faults stop, each payment must be decided, and decided as it truly was.

mod judging;
mod provider;

use proptest::prelude::*;
use scantill_testkit::property_cases;

use super::*;
use judging::knows_refunds;
use provider::{Provider, TrueCharge, WALLET_CLOSES_MS};
use scantill_types::RefundId;

/// Lists show a charge or a refund this long after its commit at the latest.
const LISTS_LAG_MS: i64 = 60_000;
const STEPS_MAX: usize = 600;

struct World {
    attempt: PaymentAttempt,
    provider: Provider,
    timing: Timing,
    now: i64,
    chaos: std::vec::IntoIter<u8>,
    searches: Vec<(Option<RefundId>, AbsenceProof)>,
}

impl World {
    fn new(chaos: Vec<u8>) -> Self {
        let attempt = PaymentAttempt::new(order());
        let (provider, searches) = (Provider::default(), Vec::new());
        Self { attempt, provider, timing: Timing::default(), now: 1, chaos: chaos.into_iter(), searches }
    }

    fn feed(&mut self, input: Input) {
        self.attempt = self.attempt.clone().step(Timestamp(self.now), &self.timing, input).0;
    }

    /// The next draw; zero, which means that all goes well, once the faults have stopped.
    fn draw(&mut self, below: u8) -> u8 {
        self.chaos.next().map_or(0, |byte| byte % below)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.now).unwrap()
    }

    fn run(&mut self) {
        self.send_charge();
        for step in 0..STEPS_MAX {
            self.meddle();
            // What is never over keeps nobody from looking through the account's refunds.
            if self.chaos.len() == 0 && STEPS_MAX / 2 < step {
                self.tell_of_what_is_unknown();
            }
            let Some(due) = self.attempt.due(Timestamp(self.now), &self.timing) else {
                if self.chaos.len() == 0 && !self.tell_of_what_is_unknown() {
                    break;
                }
                continue;
            };
            self.now = self.now.max(due.at.0);
            self.provider.time_passes(self.now);
            let moved = self.tend();
            // The driver pauses after a step that changed nothing.
            self.now += if moved { 1 } else { 3_000 };
        }
    }

    /// A whole round, as the driver makes it. `true` if its last step changed the payment.
    fn tend(&mut self) -> bool {
        let (mut pass, mut changed_at) = (PollPass::default(), None);
        while let Some(action) = pass.next(&self.attempt, Timestamp(self.now), changed_at, &self.timing) {
            let before = self.attempt.clone();
            self.perform(action);
            changed_at = (before != self.attempt).then_some(Timestamp(self.now));
        }
        changed_at.is_some()
    }

    /// Payers, cashiers, supervisors, other people, and power cuts.
    fn meddle(&mut self) {
        match self.draw(18) {
            1 => self.provider.pay("chrg_1"),
            2 => self.provider.end_unpaid("chrg_1", ChargeStatus::Failed(FailureCode::PaymentRejected)),
            12 => self.provider.pay("chrg_2"),
            13 => self.provider.end_unpaid("chrg_2", ChargeStatus::Failed(FailureCode::PaymentRejected)),
            14 => _ = self.read(&ChargeId::parse("chrg_2").unwrap()),
            15 => self.feed(Input::DecidedBySupervisor(Decision::Accept)),
            16 => self.feed(Input::DecidedBySupervisor(Decision::Refund)),
            3 => self.feed(CANCEL),
            4 => {
                self.searches.clear();
                self.feed(Input::Restarted);
            }
            5 => self.feed(Input::Decided(Decision::Refund)),
            6 => self.feed(Input::Decided(Decision::Accept)),
            7 => self.feed(Input::Released { by: "Mali".into() }),
            8 | 9 => self.ask_for_a_refund(),
            10 => self.refund_elsewhere(),
            11 => self.now += 30_000,
            _ => {}
        }
    }

    /// A webhook at last tells of a charge as it stands. `false` if all is known.
    fn tell_of_what_is_unknown(&mut self) -> bool {
        self.now += WALLET_CLOSES_MS;
        self.provider.time_passes(self.now);
        let attempt = &self.attempt;
        let known = |id: &str| {
            attempt.charges.iter().find(|charge| charge.id.as_str() == id).map(|charge| charge.status.clone())
        };
        let is_unknown = |charge: &&TrueCharge| {
            known(charge.id).as_ref() != Some(&charge.status) || !knows_refunds(attempt, charge)
        };
        let unknown = self.provider.charges.iter().find(is_unknown);
        let evidence = unknown.map(TrueCharge::evidence);
        evidence.is_some_and(|evidence| {
            self.feed(Input::ChargeRead(evidence));
            true
        })
    }

    fn ask_for_a_refund(&mut self) {
        let Some(facts) = self.attempt.money() else { return };
        let (id, amount) = (self.attempt.refunds.ours.len(), 1 + i64::from(self.now % 2_000 == 0) * 1_000);
        let asked = RefundOrder {
            id: RefundId::parse(&format!("asked-{id}")).unwrap(),
            charge: facts.id.clone(),
            amount: amount * 500,
            refunded_before: facts.refunded_amount,
            void: false,
            reason: None,
            approver: Approver::Supervisor("Mali".into()),
            created_at: Timestamp(self.now),
        };
        self.feed(Input::RefundAsked(asked));
    }

    fn refund_elsewhere(&mut self) {
        let count = self.provider.charges.iter().map(|charge| charge.refunds.len()).sum::<usize>();
        let id = format!("elsewhere-{count}");
        let now = self.now;
        self.provider.commit_refund(
            RefundSnapshot {
                id,
                charge: ChargeId::parse("chrg_1").unwrap(),
                amount: 500,
                voided: false,
                refund: None,
                payment: None,
            },
            now,
        );
    }

    fn send_charge(&mut self) {
        self.feed(PERMIT);
        if !self.attempt.may_send() {
            return;
        }
        self.provider.charges_posted += 1;
        let fate = self.draw(7);
        if matches!(fate, 0 | 1 | 5 | 6) {
            let (committed_at, is_doubled) = (self.now, self.draw(4) == 1);
            let ids = if is_doubled { &["chrg_1", "chrg_2"][..] } else { &["chrg_1"] };
            let made = |id: &&'static str| TrueCharge {
                id,
                status: ChargeStatus::Pending,
                committed_at,
                refunds: Vec::new(),
            };
            self.provider.charges = ids.iter().map(made).collect();
        }
        match fate {
            0 | 1 => self.feed(seen(ChargeStatus::Pending)),
            2 => self.feed(Input::NotSent),
            3 => self.feed(Input::Refused { code: "bad_request".into() }),
            // Lost before the commit, or after it; or nobody is there any more to hear it.
            4 | 5 => {
                self.feed(Input::AnswerLost(UnknownReason::AnswerLost));
                self.searches.push((None, AbsenceProof::new(self.now_ms())));
            }
            _ => {}
        }
    }

    fn perform(&mut self, action: Action) {
        match action {
            Action::Read => _ = self.read_own(),
            Action::ReadDuplicate(id) => _ = self.read(&id),
            Action::ExpireDuplicate(id) => self.expire_duplicate(&id),
            Action::LookupCharge => _ = self.find(),
            Action::Expire => self.expire(),
            Action::RequestCancel => {
                let is_read =
                    if self.attempt.charges.bound.is_some() { self.read_own() } else { self.find() };
                let provider_time = Some(Timestamp(self.now));
                if is_read {
                    self.feed(Input::DeadlinePassed { provider_time });
                }
            }
            Action::StopAwaitingAnswer => {
                self.feed(Input::AnswerOverdue);
                self.searches.push((None, AbsenceProof::new(self.now_ms())));
            }
            Action::EndDecisionTime => self.feed(Input::DecisionOverdue),
            Action::SendRefund(id) => self.send_refund(&id),
            Action::LookupRefund(id) => self.find_refund(&id),
            Action::StopAwaitingRefund(id) => {
                self.feed(Input::Refund(id.clone(), RefundInput::AnswerOverdue));
                self.searches.push((Some(id), AbsenceProof::new(self.now_ms())));
            }
        }
    }

    /// Reads may fail, and may be stale.
    fn read(&mut self, id: &ChargeId) -> bool {
        let Some(mut charge) = self.provider.charge(id).cloned() else { return true };
        match self.draw(5) {
            1 => return false,
            2 if charge.refunds.is_empty() => charge.status = ChargeStatus::Pending,
            2 => _ = charge.refunds.pop(),
            _ => {}
        }
        self.feed(Input::ChargeRead(charge.evidence()));
        true
    }

    fn read_own(&mut self) -> bool {
        let own = self.attempt.charges.bound.as_ref().map(|charge| charge.id.clone());
        own.is_none_or(|id| self.read(&id))
    }

    fn shows(&mut self, committed_at: i64) -> bool {
        committed_at + LISTS_LAG_MS <= self.now || self.draw(2) == 0
    }

    fn find(&mut self) -> bool {
        if self.draw(4) == 1 {
            return false;
        }
        let charges = self.provider.charges.clone();
        let shown: Vec<TrueCharge> =
            charges.into_iter().filter(|charge| self.shows(charge.committed_at)).collect();
        for charge in &shown {
            self.feed(Input::ChargeRead(charge.evidence()));
        }
        if !shown.is_empty() {
            self.searches.retain(|(searched, _)| searched.is_some());
            self.feed(Input::Listed(None));
            return true;
        }
        match self.listed_nothing(None) {
            ListVerdict::TooEarly => {}
            ListVerdict::First => self.feed(Input::Listed(Some(Timestamp(self.now)))),
            ListVerdict::Proved => self.feed(Input::ConfirmedAbsent),
        }
        true
    }

    fn listed_nothing(&mut self, of: Option<&RefundId>) -> ListVerdict {
        let (now_ms, timing) = (self.now_ms(), self.timing);
        let known = self.searches.iter().rposition(|(searched, _)| searched.as_ref() == of);
        let index = known.unwrap_or_else(|| {
            let search = match self.first_list(of) {
                Some(first) => AbsenceProof::resumed(now_ms, Timestamp(self.now).since_ms(first)),
                None => AbsenceProof::new(now_ms),
            };
            self.searches.push((of.cloned(), search));
            self.searches.len() - 1
        });
        self.searches[index].1.found_nothing(now_ms, &timing)
    }

    fn first_list(&self, of: Option<&RefundId>) -> Option<Timestamp> {
        let Some(id) = of else {
            let State::Unknown(unknown) = &self.attempt.state else { return None };
            return unknown.first_list;
        };
        match &self.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id)?.state {
            RefundState::Unknown(unknown) => unknown.first_list,
            _ => None,
        }
    }

    fn expire(&mut self) {
        let Some(own) = self.attempt.charges.bound.as_ref().map(|charge| charge.id.to_string()) else {
            return;
        };
        self.feed(Input::ExpireBegins);
        match self.draw(5) {
            1 => self.feed(Input::ExpireRefused),
            2 => self.provider.pay(&own),
            3 => {}
            _ => self.provider.end_unpaid(&own, ChargeStatus::Expired),
        }
        self.read_own();
    }

    fn expire_duplicate(&mut self, id: &ChargeId) {
        self.feed(Input::DuplicateExpireBegins(id.clone()));
        if self.draw(3) == 0 {
            self.provider.end_unpaid(id.as_str(), ChargeStatus::Expired);
        }
    }

    fn charge_of(&self, id: &RefundId) -> Option<TrueCharge> {
        let refund = self.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id)?;
        self.provider.charge(&refund.order.charge).cloned()
    }

    fn send_refund(&mut self, id: &RefundId) {
        let Some(charge) = self.charge_of(id) else { return };
        if self.draw(5) == 1 {
            return;
        }
        self.feed(Input::ChargeRead(charge.evidence()));
        let is_paid = charge.was_paid();
        let begins = RefundInput::Begins { refunded_amount: charge.refunded(), is_paid };
        self.feed(Input::Refund(id.clone(), begins));
        let found = self.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id).cloned();
        let Some(RefundAttempt { order, state: RefundState::Sending(_), .. }) = found else { return };
        let fate = self.draw(8);
        let learned = |input| Input::Refund(id.clone(), input);
        if fate == 2 {
            return self.feed(learned(RefundInput::NotSent));
        }
        self.provider.refunds_posted.push(id.clone());
        let refund = RefundSnapshot {
            id: format!("rfnd_{id}"),
            charge: order.charge,
            amount: order.amount,
            voided: false,
            refund: Some(id.to_string()),
            payment: Some("pay-1".into()),
        };
        let committed = fate != 4 && self.provider.commit_refund(refund.clone(), self.now);
        // Somebody on the way delivers it twice, and one of the two answers is told.
        let copy = RefundSnapshot { id: format!("copy_{id}"), ..refund.clone() };
        let copied = matches!(fate, 6 | 7) && self.provider.commit_refund(copy.clone(), self.now);
        match fate {
            0 | 1 | 6 if committed => self.feed(learned(RefundInput::Answered(refund))),
            7 if copied => self.feed(learned(RefundInput::Answered(copy))),
            0 | 1 | 6 | 7 => self.feed(learned(RefundInput::Refused { code: "failed_refund".into() })),
            3 | 4 => {
                self.feed(learned(RefundInput::AnswerLost(UnknownReason::AnswerLost)));
                self.searches.push((Some(id.clone()), AbsenceProof::new(self.now_ms())));
            }
            _ => {}
        }
    }

    fn find_refund(&mut self, id: &RefundId) {
        let Some(charge) = self.charge_of(id) else { return };
        if self.draw(4) == 1 {
            return;
        }
        let mut listed = charge.clone();
        listed.refunds.retain(|(_, committed_at)| committed_at + LISTS_LAG_MS <= self.now);
        if listed.refunds.iter().any(|(refund, _)| refund.refund.as_deref() == Some(id.as_str())) {
            return self.feed(Input::ChargeRead(charge.evidence()));
        }
        // List and charge must agree before the list proves anything.
        if listed.refunded() != charge.refunded() {
            return;
        }
        let learned = match self.listed_nothing(Some(id)) {
            ListVerdict::TooEarly => return,
            ListVerdict::First => RefundInput::Listed(Timestamp(self.now)),
            ListVerdict::Proved => RefundInput::ConfirmedAbsent,
        };
        self.feed(Input::Refund(id.clone(), learned));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(property_cases(3_000)))]

    #[test]
    fn when_the_faults_stop_every_payment_is_decided_as_it_truly_was(chaos in prop::collection::vec(any::<u8>(), 0..120)) {
        let mut world = World::new(chaos);
        world.run();
        world.check()?;
    }
}
