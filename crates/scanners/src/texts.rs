//! What the scanner's page and the camera say. The words stand in `texts/*.toml`; the till fetches them.

use scantill_till::appearance::Appearance;
use scantill_till::scan::keys::Suffix;
use scantill_till::scan::{Ended, Limits, Recommendation, Source, Trace};
use scantill_till::scanner_panel::Reading;
use scantill_till::volume::Volume;
use scantill_types::money::Painted;
use scantill_types::payer_code::{Kind, Wallet};
use scantill_types::{Currency, Money};

use crate::camera::Trouble;
use crate::hid::HidState;

pub(crate) mod files;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

impl Language {
    pub(crate) fn reading(self, reading: &Reading) -> String {
        let kind = match reading.kind {
            Kind::Payer(Wallet::Alipay) => Text::ReadingAlipay,
            Kind::Payer(Wallet::WeChat) => Text::ReadingWechat,
            Kind::Payer(Wallet::UnionPay) => Text::ReadingUnionpay,
            Kind::Payee => Text::ReadingPayee,
            Kind::Product => Text::ReadingProduct,
            Kind::Digits => Text::ReadingDigits,
            Kind::Empty | Kind::Other => Text::ReadingOther,
        };
        let source = match reading.source {
            Source::Keyboard => Text::ReadingByKeyboard,
            Source::Hid => Text::ReadingByHid,
            Source::Camera => Text::ReadingByCamera,
        };
        self.reading_line(self.word(kind), &reading.signs.to_string(), self.word(source))
    }

    pub(crate) fn volume(self, volume: Volume) -> &'static str {
        self.word(match volume {
            Volume::Off => Text::SoundOff,
            Volume::Soft => Text::SoundSoft,
            Volume::Loud => Text::SoundLoud,
        })
    }

    pub(crate) fn appearance(self, appearance: Appearance) -> &'static str {
        self.word(match appearance {
            Appearance::Device => Text::LookDevice,
            Appearance::Light => Text::LookLight,
            Appearance::Dark => Text::LookDark,
        })
    }

    /// What is said aloud when a payment is paid.
    pub(crate) fn received(self, amount: Money) -> String {
        let currency = self.word(match amount.currency {
            Currency::Thb => Text::SpeechBaht,
            Currency::Sgd => Text::SpeechSingaporeDollar,
            Currency::Myr => Text::SpeechRinggit,
            Currency::Jpy => Text::SpeechYen,
        });
        let Painted { whole, fraction, .. } = amount.painted();
        let whole = whole.replace(',', "");
        let plain = if fraction == ".00" { whole } else { whole + &fraction };
        self.speech_received(&plain, currency)
    }

    pub(crate) fn pace(self, trace: &Trace) -> String {
        let ended = self.word(match trace.ended {
            Ended::By(Suffix::Enter) => Text::PaceByEnter,
            Ended::By(Suffix::Tab) => Text::PaceByTab,
            Ended::By(Suffix::LineFeed) => Text::PaceByLineFeed,
            Ended::Silence => Text::PaceBySilence,
        });
        let (mean, longest) = (trace.mean_gap_ms().to_string(), trace.longest_gap_ms().to_string());
        if trace.is_scan {
            self.pace_heard(&mean, &longest, ended)
        } else {
            self.pace_typed(&mean, &longest, ended)
        }
    }

    pub(crate) fn recommendation(self, recommendation: Recommendation) -> String {
        match recommendation {
            Recommendation::AllWell => self.word(Text::AdviceAllWell).to_owned(),
            Recommendation::AddSuffix { wait_ms } => self.with(TextWith::AdviceAddSuffix, &wait_ms),
            Recommendation::RaiseLimit { limit_ms } => self.with(TextWith::AdviceRaiseLimit, &limit_ms),
            Recommendation::TypeFaster => self.word(Text::AdviceTypeFaster).to_owned(),
            Recommendation::DropLetters => self.word(Text::AdviceDropLetters).to_owned(),
        }
    }

    pub(crate) fn hid(self, state: &HidState) -> String {
        let text = match state {
            HidState::Unknown => Text::HidStateUnknown,
            HidState::Insecure => Text::HidStateInsecure,
            HidState::Missing => Text::HidStateMissing,
            HidState::Forbidden => Text::HidStateForbidden,
            HidState::Idle => Text::HidStateIdle,
            HidState::Connected(names) => return self.with(TextWith::HidStateConnected, &names.join(", ")),
            HidState::OtherMode(name) => return self.with(TextWith::HidStateOtherMode, name),
            HidState::Busy(name) => return self.with(TextWith::HidStateBusy, name),
        };
        self.word(text).to_owned()
    }

    pub(crate) fn slowest(self, limits: Limits) -> String {
        self.with(TextWith::Limit, &limits.mean_gap_ms_max())
    }

    pub(crate) fn raise_to(self, limits: Limits) -> String {
        self.with(TextWith::Raise, &limits.mean_gap_ms_max())
    }

    /// The problem, and what to do. Meanwhile the scanner and the keys work.
    pub(crate) fn trouble(self, trouble: Trouble) -> &'static str {
        self.word(match trouble {
            Trouble::Refused => Text::TroubleRefused,
            Trouble::Missing => Text::TroubleMissing,
            Trouble::Taken => Text::TroubleTaken,
            Trouble::Insecure => Text::TroubleInsecure,
            Trouble::Decoder => Text::TroubleDecoder,
        })
    }
}
