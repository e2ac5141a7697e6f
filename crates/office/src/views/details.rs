//! What an order needs before the PIN: the refund's reason and its amount.

use scantill_types::api::Decision;
use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Press, Reason, Refunding};
use crate::texts::{Text, TextWith};

const WHYS: [(&str, Decision); 3] = [
    ("why-return", Decision::Refund),
    ("why-settled-otherwise", Decision::SettledOtherwise),
    ("why-customer-gone", Decision::CustomerGone),
];
const REASONS: [&str; 4] = ["reason-returned", "reason-wrong-amount", "reason-paid-twice", "reason-other"];

pub(super) fn giving_back(why: Decision, hand: Hand) -> Html {
    let options = WHYS.map(|(name, decision)| {
        hand.option(name, Press::Why(decision), hand.language.why_whole(decision), decision == why)
    });
    html! {
        <>
            { heading(hand.language.word(Text::WhyBack)) }
            <p class="o-hint">{ hand.language.word(Text::WhyBackHint) }</p>
            <div class="o-choices" role="radiogroup" aria-labelledby="o-title">{ for options }</div>
            { ways(hand, false) }
        </>
    }
}

pub(super) fn refunding(refunding: &Refunding, hand: Hand) -> Html {
    let amount = refunding.money(refunding.amount);
    let options = Reason::ALL.into_iter().zip(REASONS);
    let options = options.map(|(reason, name)| {
        hand.option(
            name,
            Press::Because(reason),
            hand.language.why_amount(reason),
            reason == refunding.reason,
        )
    });
    let told = (!refunding.is_good()).then(|| hand.language.word(Text::NotSoMuch));
    let void = refunding
        .is_expected_as_void()
        .then(|| html! { <p class="o-hint">{ hand.language.word(Text::ExpectedAsVoid) }</p> });
    let left = hand.language.with(TextWith::Left, &refunding.money(refunding.left));
    html! {
        <>
            { heading(hand.language.word(Text::HowMuch)) }
            <p class="o-amount" role="status">{ amount.to_string() }</p>
            { problem(told) }
            <p class="o-hint">{ left }</p>
            { for void }
            { hand.pad(("pad-double-zero", "00", Press::DoubleZero), false) }
            <div class="o-options" role="radiogroup" aria-label={hand.language.word(Text::Why)}>{ for options }</div>
            { ways(hand, !refunding.is_good()) }
        </>
    }
}

fn ways(hand: Hand, disabled: bool) -> Html {
    html! {
        <div class="o-ways">
            { hand.button("supervisor-back", Press::Back, Text::Back, ButtonStyle::Plain) }
            <button key="next" type="button" class="o-go" data-action="supervisor-next" {disabled}
                onclick={hand.pressing(Press::Next)}>{ hand.language.word(Text::Next) }</button>
        </div>
    }
}
