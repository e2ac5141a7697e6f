//! The facts of the payment, beside the actions.

use scantill_types::Money;
use scantill_types::api::{Payment, Refund};
use yew::prelude::*;

use super::hand::{ButtonStyle, Hand};
use crate::effects::local_time::day_and_time;
use crate::sheet::{Facts, Press};
use crate::texts::{Language, Text};

pub(super) fn known(facts: &Facts, hand: Hand) -> Html {
    let till = facts.till.as_ref().map(|till| format!("{} {}", till.store_name, till.terminal_id));
    html! {
        <section class="o-known" aria-label={hand.language.word(Text::Payment)}>
            <header class="o-head">
                <p><b>{ hand.language.word(Text::Supervisor) }</b>{ " " }<span>{ till.unwrap_or_default() }</span></p>
                { hand.button("supervisor-close", Press::Close, Text::Close, ButtonStyle::Plain) }
            </header>
            { for facts.payment.as_deref().map(|payment| slip(payment, facts, hand.language)) }
        </section>
    }
}

fn slip(payment: &Payment, facts: &Facts, language: Language) -> Html {
    let painted = payment.money().painted();
    let lines = lines(payment, facts, language).into_iter().map(|(term, value)| {
        html! { <div key={term}><dt>{ term }</dt><dd>{ value }</dd></div> }
    });
    let told = facts.call.map(|call| {
        let sentences = [Some(language.reason(call.reason)), language.by_itself(call.automatic_action), language.to_do(call.automatic_action, call.operator_action)];
        html! { <div class="o-told">{ for sentences.into_iter().flatten().map(|text| html! { <p>{ text }</p> }) }</div> }
    });
    html! {
        <div class="o-slip">
            <p class="o-figure"><small>{ painted.sign }</small>{ painted.whole }<i>{ painted.fraction }</i></p>
            <div class="o-more">
                <dl class="o-facts">{ for lines }</dl>
                { for told }
                { for refunds(payment, language) }
            </div>
        </div>
    }
}

fn lines(payment: &Payment, facts: &Facts, language: Language) -> Vec<(&'static str, String)> {
    let zone = facts.till.as_ref().and_then(|till| till.time_zone.as_deref());
    let paid_at = payment.charge.as_ref().and_then(|charge| charge.paid_at);
    let time = match paid_at {
        Some(at) => (Text::PaidAt, at),
        None => (Text::BegunAt, payment.created_at),
    };
    let back = payment.charge.as_ref().map_or(0, |charge| charge.refunded_amount);
    let lines = [
        payment.reference.clone().map(|reference| (Text::Order, reference)),
        Some((Text::State, language.standing(payment).to_owned())),
        (0 < back).then(|| (Text::WentBack, Money::new(back, payment.currency).to_string())),
        Some((time.0, day_and_time(time.1, zone, language.tag()))),
        payment.charge.as_ref().map(|charge| (Text::Charge, charge.id.to_string())),
    ];
    lines.into_iter().flatten().map(|(term, value)| (language.word(term), value)).collect()
}

fn refunds(payment: &Payment, language: Language) -> Option<Html> {
    let line = |(index, refund): (usize, &Refund)| {
        let amount = Money::new(refund.amount, payment.currency);
        html! { <li key={index}><b>{ amount.to_string() }</b>{ " " }{ language.refund(refund) }</li> }
    };
    let lines = payment.refunds.iter().enumerate().map(line);
    (!payment.refunds.is_empty())
        .then(|| html! { <ul class="o-refunds" aria-label={language.word(Text::Refunds)}>{ for lines }</ul> })
}
