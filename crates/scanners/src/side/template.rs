//! The elements of the place, with the shapes of the outcomes and three pictures of a phone.

use scantill_till::recent_sales::{RecentSale, SaleOutcome};
use scantill_types::payer_code::SourceType;

use super::word;
use crate::texts::{Language, Text};

/// The shapes are those of the till's own outcomes: a disc, an octagon, a diamond, and a square for a refund.
const PAID: [&str; 2] = ["M60 2a58 58 0 1 1 0 116a58 58 0 1 1 0-116z", "M33 62l19 19 36-40"];
const NOT_PAID: [&str; 2] = ["M36 2h48l34 34v48l-34 34H36L2 84V36z", "M42 42l36 36M78 42L42 78"];
const IN_DOUBT: [&str; 2] = ["M60-8l68 68-68 68L-8 60z", "M60 34v30M60 86v.5"];
const REFUNDED: [&str; 2] = [
    "M20 6h80a14 14 0 0 1 14 14v80a14 14 0 0 1-14 14H20a14 14 0 0 1-14-14V20A14 14 0 0 1 20 6z",
    "M50 32L34 48l16 16M34 48h34a17 17 0 0 1 0 34H54",
];

/// The same phone, three times: a wallet among its apps, its button, its code.
const PHONE: &str = r#"<rect x="3" y="3" width="66" height="106" rx="13"/>"#;
const OPEN: &str = r#"<path class="faint" d="M14 20h12v12H14zM30 20h12v12H30zM46 20h12v12H46zM14 36h12v12H14zM46 36h12v12H46zM14 52h12v12H14zM30 52h12v12H30zM46 52h12v12H46z"/><path class="now" d="M27 33h18v18H27z"/>"#;
const PRESS: &str = r#"<path class="faint" d="M14 20h44v8H14zM14 34h30v8H14z"/><rect class="now" x="13" y="62" width="46" height="24" rx="12"/>"#;
const SHOW: &str = r#"<path class="bars" d="M15.500 20v30M20 20v30M26 20v30M30.500 20v30M37 20v30M41.500 20v30M47 20v30M52 20v30M56.500 20v30"/><path class="now" d="M22 62h12v12H22zM38 62h12v12H38zM22 78h12v12H22zM38 78h6v6h-6zM44 84h6v6h-6z"/>"#;

pub(super) fn sales(language: Language, sales: &[RecentSale]) -> String {
    let rows: String = sales.iter().enumerate().map(|(index, sale)| row(index, sale, language)).collect();
    let none = if sales.is_empty() { language.word(Text::SideNone) } else { "" };
    let title = language.word(Text::SideLastSales);
    format!(r#"<h2>{title}</h2><p class="quiet">{none}</p><ul class="sales" role="list">{rows}</ul>"#)
}

/// Time and reference are set later, as text.
fn row(index: usize, sale: &RecentSale, language: Language) -> String {
    let (name, [body, sign]) = shape(sale.outcome);
    let (told, amount) = (language.word(word(sale.outcome)), sale.amount);
    format!(
        r#"<li data-outcome="{name}"><svg viewBox="0 0 120 120" aria-hidden="true"><path d="{body}"/><path d="{sign}"/></svg><time data-part="time-{index}"></time><span data-part="reference-{index}"></span><em>{told}</em><b>{amount}</b></li>"#
    )
}

fn shape(outcome: SaleOutcome) -> (&'static str, [&'static str; 2]) {
    match outcome {
        SaleOutcome::InDoubt => ("in-doubt", IN_DOUBT),
        SaleOutcome::Paid => ("paid", PAID),
        SaleOutcome::RefundedInPart | SaleOutcome::Refunding | SaleOutcome::Refunded => {
            ("refunded", REFUNDED)
        }
        SaleOutcome::NotPaid => ("not-paid", NOT_PAID),
    }
}

pub(super) fn steps(language: Language, source_type: SourceType) -> String {
    let wallets = language.word(match source_type {
        SourceType::BarcodeAlipay => Text::SideAlipay,
        SourceType::AlipayplusUpm => Text::SideAlipayPlus,
        SourceType::WechatPayUpm => Text::SideWechat,
    });
    let steps = [(OPEN, Text::SideOpen), (PRESS, Text::SidePress), (SHOW, Text::SideShow)];
    let steps = steps.map(|(picture, text)| {
        let told = language.word(text);
        format!(r#"<li><svg viewBox="0 0 72 112" aria-hidden="true">{PHONE}{picture}</svg>{told}</li>"#)
    });
    let (taken, steps) = (language.word(Text::SideTaken), steps.concat());
    format!(r#"<h2>{taken} <b>{wallets}</b></h2><ol class="steps" role="list">{steps}</ol>"#)
}
