//! The machine beside a reference model: a provider that keeps the truth, a driver that does what is due, and every
//! fault between them. When the faults stop, each payment must be decided, and decided as it truly was.

mod provider;

use proptest::prelude::*;

use super::*;
use crate::RefundId;
use crate::api::Disposition as Word;
use provider::{Provider, TrueCharge, WALLET_CLOSES_MS};

/// Lists show a charge or a refund this long after its commit at the latest.
const LISTS_LAG_MS: i64 = 60_000;
const STEPS_MAX: usize = 600;

struct World {
    attempt: Attempt,
    provider: Provider,
    timing: Timing,
    now: i64,
    chaos: std::vec::IntoIter<u8>,
    searches: Vec<(Option<RefundId>, Search)>,
}

impl World {
    fn new(chaos: Vec<u8>) -> Self {
        let attempt = Attempt::new(order());
        let (provider, searches) = (Provider::default(), Vec::new());
        Self { attempt, provider, timing: Timing::default(), now: 1, chaos: chaos.into_iter(), searches }
    }

    fn feed(&mut self, input: Input) {
        let (attempt, effects) = self.attempt.clone().step(Timestamp(self.now), &self.timing, input);
        self.attempt = attempt;
        for effect in effects {
            if let Effect::ExpireExtra(charge) = effect
                && self.draw(3) == 0
            {
                self.provider.end_unpaid(charge.as_str(), ChargeStatus::Expired);
            }
        }
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
        for _ in 0..STEPS_MAX {
            self.meddle();
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
        let (mut round, mut changed_at) = (Round::default(), None);
        while let Some(task) = round.next(&self.attempt, Timestamp(self.now), changed_at, &self.timing) {
            let before = self.attempt.clone();
            self.perform(task);
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
            14 => self.read(&ChargeId::parse("chrg_2").unwrap()),
            15 => self.feed(Input::DecidedBySupervisor(Decision::Keep)),
            16 => self.feed(Input::DecidedBySupervisor(Decision::Return)),
            3 => self.feed(CANCEL),
            4 => self.feed(Input::Restarted),
            5 => self.feed(Input::Decided(Decision::Return)),
            6 => self.feed(Input::Decided(Decision::Keep)),
            7 => self.feed(Input::Freed { by: "Mali".into() }),
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
            let own = attempt.charge.iter().map(|charge| (charge.id.as_str(), charge.status.as_str()));
            let further = attempt.extras.iter().filter_map(|extra| extra.facts.as_ref());
            let further = further.map(|charge| (charge.id.as_str(), charge.status.as_str()));
            own.chain(further).find(|(known, _)| *known == id).map(|(_, status)| status.to_owned())
        };
        let unknown = self
            .provider
            .charges
            .iter()
            .find(|charge| known(charge.id).as_deref() != Some(charge.status.word()));
        let evidence = unknown.map(TrueCharge::evidence);
        evidence.is_some_and(|evidence| {
            self.feed(Input::Seen(evidence));
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
        let id = format!("elsewhere-{}", self.now);
        let now = self.now;
        self.provider.commit_refund(
            SeenRefund {
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
                self.feed(Input::AnswerLost(Doubt::AnswerLost));
                self.searches.push((None, Search::new(self.now_ms())));
            }
            _ => {}
        }
    }

    fn perform(&mut self, task: Task) {
        match task {
            Task::Read => self.read_own(),
            Task::ReadExtra(id) => self.read(&id),
            Task::Find => self.find(),
            Task::Expire => self.expire(),
            Task::WantEnd => self.feed(Input::EndWanted(Ender::Deadline)),
            Task::GiveUpAnswer => {
                self.feed(Input::AnswerOverdue);
                self.searches.push((None, Search::new(self.now_ms())));
            }
            Task::GiveUpAsking => self.feed(Input::Unanswered),
            Task::SendRefund(id) => self.send_refund(&id),
            Task::FindRefund(id) => self.find_refund(&id),
            Task::GiveUpRefund(id) => {
                self.feed(Input::Refund(id.clone(), RefundInput::AnswerOverdue));
                self.searches.push((Some(id), Search::new(self.now_ms())));
            }
        }
    }

    /// Reads may fail, and may be stale.
    fn read(&mut self, id: &ChargeId) {
        let Some(charge) = self.provider.charge(id).cloned() else { return };
        match self.draw(5) {
            1 => {}
            2 if charge.refunds.is_empty() => {
                let stale = TrueCharge { status: ChargeStatus::Pending, ..charge };
                self.feed(Input::Seen(stale.evidence()));
            }
            _ => self.feed(Input::Seen(charge.evidence())),
        }
    }

    fn read_own(&mut self) {
        if let Some(id) = self.attempt.charge.as_ref().map(|charge| charge.id.clone()) {
            self.read(&id);
        }
    }

    fn shows(&mut self, committed_at: i64) -> bool {
        committed_at + LISTS_LAG_MS <= self.now || self.draw(2) == 0
    }

    fn find(&mut self) {
        if self.draw(4) == 1 {
            return;
        }
        let charges = self.provider.charges.clone();
        let shown: Vec<TrueCharge> =
            charges.into_iter().filter(|charge| self.shows(charge.committed_at)).collect();
        for charge in &shown {
            self.feed(Input::Seen(charge.evidence()));
        }
        if !shown.is_empty() {
            return;
        }
        if self.proves_absence(None) {
            self.feed(Input::ProvedAbsent);
        }
    }

    fn proves_absence(&mut self, of: Option<&RefundId>) -> bool {
        let (now_ms, timing) = (self.now_ms(), self.timing);
        let known = self.searches.iter().rposition(|(searched, _)| searched.as_ref() == of);
        let index = known.unwrap_or_else(|| {
            self.searches.push((of.cloned(), Search::new(now_ms)));
            self.searches.len() - 1
        });
        self.searches[index].1.found_nothing(now_ms, &timing)
    }

    fn expire(&mut self) {
        let Some(own) = self.attempt.charge.as_ref().map(|charge| charge.id.to_string()) else { return };
        self.feed(Input::ExpireBegins);
        match self.draw(5) {
            1 => self.feed(Input::ExpireRefused),
            2 => self.provider.pay(&own),
            3 => {}
            _ => self.provider.end_unpaid(&own, ChargeStatus::Expired),
        }
        self.read_own();
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
        self.feed(Input::Seen(charge.evidence()));
        let is_paid = charge.was_paid();
        let begins = RefundInput::Begins { refunded_amount: charge.refunded(), is_paid };
        self.feed(Input::Refund(id.clone(), begins));
        let found = self.attempt.refunds.ours.iter().find(|refund| refund.order.id == *id).cloned();
        let Some(RefundAttempt { order, state: RefundState::Sending(_), .. }) = found else { return };
        let fate = self.draw(6);
        let learned = |input| Input::Refund(id.clone(), input);
        if fate == 2 {
            return self.feed(learned(RefundInput::NotSent));
        }
        self.provider.refunds_posted.push(id.clone());
        let refund = SeenRefund {
            id: format!("rfnd_{id}"),
            charge: order.charge,
            amount: order.amount,
            voided: false,
            refund: Some(id.to_string()),
            payment: Some("pay-1".into()),
        };
        let committed = fate != 4 && self.provider.commit_refund(refund.clone(), self.now);
        match fate {
            0 | 1 if committed => self.feed(learned(RefundInput::Answered(refund))),
            0 | 1 => self.feed(learned(RefundInput::Refused { code: "failed_refund".into() })),
            3 | 4 => {
                self.feed(learned(RefundInput::AnswerLost(Doubt::AnswerLost)));
                self.searches.push((Some(id.clone()), Search::new(self.now_ms())));
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
            return self.feed(Input::Seen(charge.evidence()));
        }
        // List and charge must agree before the list proves anything.
        if listed.refunded() == charge.refunded() && self.proves_absence(Some(id)) {
            self.feed(Input::Refund(id.clone(), RefundInput::ProvedAbsent));
        }
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let (attempt, provider) = (&self.attempt, &self.provider);
        let word = attempt.disposition.as_ref().map(Disposition::word);
        let told =
            format!("{:?} {:?} {provider:?} {:?}", attempt.state, attempt.disposition, attempt.refunds.ours);
        prop_assert!(provider.charges_posted <= 1);
        for id in &provider.refunds_posted {
            prop_assert_eq!(provider.refunds_posted.iter().filter(|other| *other == id).count(), 1);
        }
        let paid: Vec<&TrueCharge> = provider.charges.iter().filter(|charge| charge.was_paid()).collect();
        let was_paid = !paid.is_empty();
        let is_back = |charge: &TrueCharge| charge.refunded() == 2_225;
        prop_assert!(attempt.word().is_final() || attempt.attention.is_some(), "undecided: {}", told);
        prop_assert!(attempt.refunds.ours.iter().all(RefundAttempt::is_over), "a refund in doubt: {}", told);
        prop_assert_eq!(was_paid, attempt.disposition.is_some(), "{}", told);
        prop_assert!(
            word != Some(Word::Undecided) && word != Some(Word::ToReturn) && word != Some(Word::Returning),
            "{}",
            told
        );
        let money = attempt.money().and_then(|money| provider.charge(&money.id));
        prop_assert!(
            word != Some(Word::Returned) || money.is_some_and(is_back),
            "returned without money: {}",
            told
        );
        prop_assert!(
            word != Some(Word::Kept)
                || money.is_some_and(|charge| charge.was_paid() && !is_back(charge))
                || attempt.refunds.standing_of(&attempt.money().unwrap().id) == 2_225,
            "{}",
            told
        );
        // Of two that were paid one goes back, or a human is called.
        let other = paid.iter().find(|charge| money.is_none_or(|money| money.id != charge.id));
        prop_assert!(
            other.is_none_or(|other| is_back(other) || attempt.attention.is_some()),
            "paid twice: {} {:?}",
            told,
            attempt.extras
        );
        for refund in &attempt.refunds.ours {
            let is_it =
                |(made, _): &(SeenRefund, i64)| made.refund.as_deref() == Some(refund.order.id.as_str());
            let truly = provider.charges.iter().any(|charge| charge.refunds.iter().any(is_it));
            prop_assert_eq!(truly, matches!(refund.state, RefundState::Done(_)), "{}", told);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(3_000)))]

    #[test]
    fn when_the_faults_stop_every_payment_is_decided_as_it_truly_was(chaos in prop::collection::vec(any::<u8>(), 0..120)) {
        let mut world = World::new(chaos);
        world.run();
        world.check()?;
    }
}
