//! What an order needs before the PIN: the refund's reason and its amount.

use scantill_types::api::Decision;
use yew::prelude::*;

use super::choosing::{heading, problem};
use super::hand::{ButtonStyle, Hand};
use crate::sheet::{Press, Reason, Refunding};
use crate::texts;

const WHYS: [(&str, Decision); 3] = [
    ("why-return", Decision::Refund),
    ("why-settled-otherwise", Decision::SettledOtherwise),
    ("why-customer-gone", Decision::CustomerGone),
];
const REASONS: [&str; 4] = ["reason-returned", "reason-wrong-amount", "reason-paid-twice", "reason-other"];

pub(super) fn giving_back(why: Decision, hand: Hand) -> Html {
    let options = WHYS.map(|(name, decision)| {
        hand.option(name, Press::Why(decision), texts::why(decision), decision == why)
    });
    html! {
        <>
            { heading(texts::GIVE_BACK_WHY) }
            <p class="o-hint">{ texts::GIVE_BACK_HINT }</p>
            <div class="o-choices" role="radiogroup" aria-labelledby="o-title">{ for options }</div>
            { ways(hand, false) }
        </>
    }
}

pub(super) fn refunding(refunding: &Refunding, hand: Hand) -> Html {
    let amount = refunding.money(refunding.amount);
    let options = Reason::ALL.into_iter().zip(REASONS);
    let options = options.map(|(reason, name)| {
        hand.option(name, Press::Because(reason), texts::because(reason), reason == refunding.reason)
    });
    let told = (!refunding.is_good()).then_some(texts::NOT_SO_MUCH);
    let void =
        refunding.is_expected_as_void().then(|| html! { <p class="o-hint">{ texts::EXPECTED_AS_VOID }</p> });
    let left = texts::left(refunding.money(refunding.left));
    html! {
        <>
            { heading(texts::HOW_MUCH) }
            <p class="o-amount" role="status">{ amount.to_string() }</p>
            { problem(told) }
            <p class="o-hint">{ left }</p>
            { for void }
            { hand.pad(("pad-double-zero", "00", Press::DoubleZero), false) }
            <div class="o-options" role="radiogroup" aria-label={texts::WHY}>{ for options }</div>
            { ways(hand, !refunding.is_good()) }
        </>
    }
}

fn ways(hand: Hand, disabled: bool) -> Html {
    html! {
        <div class="o-ways">
            { hand.button("supervisor-back", Press::Back, texts::BACK, ButtonStyle::Plain) }
            <button key="next" type="button" class="o-go" data-action="supervisor-next" {disabled}
                onclick={hand.pressing(Press::Next)}>{ texts::NEXT }</button>
        </div>
    }
}
