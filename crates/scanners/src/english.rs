//! English: the scanner's page and the camera.

use scantill_till::scan::keys::Suffix;
use scantill_till::scan::{Ended, Limits, Recommendation, Source, Trace};
use scantill_till::scanner_panel::Reading;
use scantill_types::payer_code::{Kind, Wallet};

use crate::camera::Trouble;
use crate::hid::HidState;

pub(crate) const TITLE: &str = "Scanner";
pub(crate) const HEARD_AT_ONCE: &str = "All scanners are heard at once, without any field to touch first.";
pub(crate) const TRY: &str = "Scan something";
pub(crate) const NOTHING_YET: &str = "Any code will do. Nothing is charged on this page.";
pub(crate) const WEDGE: &str = "A scanner that types";
pub(crate) const WEDGE_NEXT: &str =
    "By USB, Bluetooth or built in. It is ready as soon as the tablet knows it.";
pub(crate) const HID: &str = "A scanner in HID POS mode";
pub(crate) const CONNECT: &str = "Connect a scanner";
pub(crate) const CONNECT_OTHER: &str = "Connect another";
pub(crate) const CAMERA: &str = "The tablet’s camera";
pub(crate) const TRY_CAMERA: &str = "Try the camera";
pub(crate) const CAMERA_OFF: &str = "Close the camera";
pub(crate) const CAMERA_NEXT: &str = "Other camera";
pub(crate) const CAMERA_AGAIN: &str = "Try again";
pub(crate) const LIGHT: &str = "Light";
pub(crate) const ZOOM: &str = "Zoom";
pub(crate) const OPENING: &str = "Opening the camera. If the browser asks, allow it.";
pub(crate) const AIM: &str = "Hold the customer’s code in the frame.";
pub(crate) const SLOWEST: &str = "Slowest scanner";
pub(crate) const SLOWER: &str = "Allow slower scanners";
pub(crate) const FASTER: &str = "Allow faster scanners only";
pub(crate) const COPY: &str = "Copy the trace for support";
pub(crate) const COPIED: &str = "Copied. It holds no digits.";
pub(crate) const COPY_REFUSED: &str =
    "The browser does not let the till copy: select the text below and copy it.";
pub(crate) const NO_CAMERA_SHOWN: &str =
    "The browser shows no camera to this page. It may need the till’s https address.";

pub(crate) fn reading(reading: &Reading) -> String {
    let kind = match reading.kind {
        Kind::Payer(Wallet::Alipay) => "A payment code of Alipay",
        Kind::Payer(Wallet::WeChat) => "A payment code of WeChat Pay",
        Kind::Payer(Wallet::UnionPay) => "A payment code of UnionPay",
        Kind::Payee => "A code for receiving money",
        Kind::Product => "A product’s barcode",
        Kind::Digits => "No payment code: other digits",
        Kind::Empty | Kind::Other => "No payment code: not digits alone",
    };
    let source = match reading.source {
        Source::Keyboard => "a scanner that types",
        Source::Hid => "a scanner in HID POS mode",
        Source::Camera => "the camera",
    };
    format!("{kind}, {} characters, by {source}", reading.signs)
}

pub(crate) fn pace(trace: &Trace) -> String {
    let ended = match trace.ended {
        Ended::By(Suffix::Enter) => "ended by Enter",
        Ended::By(Suffix::Tab) => "ended by Tab",
        Ended::By(Suffix::LineFeed) => "ended by a line feed",
        Ended::Silence => "ended by silence",
    };
    let (mean, longest) = (trace.mean_gap_ms(), trace.longest_gap_ms());
    let heard = if trace.is_scan { "Heard" } else { "Taken for typing" };
    format!("{heard}: {mean} ms a key, the longest {longest} ms, {ended}")
}

pub(crate) fn recommendation(recommendation: Recommendation) -> String {
    match recommendation {
        Recommendation::AllWell => "All is well with this scanner.".to_owned(),
        Recommendation::AddSuffix { wait_ms } => format!(
            "Let the scanner send Enter behind each code (“suffix CR” in its manual): each scan is {wait_ms} ms quicker."
        ),
        Recommendation::RaiseLimit { limit_ms } => {
            format!("This scanner types slowly. Raise the limit to {limit_ms} ms, or let it type faster.")
        }
        Recommendation::TypeFaster => {
            "Nothing tells this from a hand. Set the scanner’s “inter-character delay” to 0.".to_owned()
        }
        Recommendation::DropLetters => {
            "It sends letters with the code: switch off “code ID”, prefix and suffix other than Enter."
                .to_owned()
        }
    }
}

pub(crate) fn hid(state: &HidState) -> String {
    match state {
        HidState::Unknown => "Asking the browser.".to_owned(),
        HidState::Insecure => {
            "This page came without HTTPS, so the browser hides such scanners. Open the till by its https address."
                .to_owned()
        }
        HidState::Missing => {
            "This browser has no WebHID: use a scanner that types, or Chrome or Edge on a computer.".to_owned()
        }
        HidState::Forbidden => {
            "The page or a policy forbids it. Its frame needs allow=\"hid\", or the header Permissions-Policy: hid=(self)."
                .to_owned()
        }
        HidState::Idle => "None is connected. Plug it in, then choose it once; it is found again by itself.".to_owned(),
        HidState::Connected(names) => format!("Connected: {}", names.join(", ")),
        HidState::OtherMode(name) => format!(
            "{name} is in another mode, perhaps typing like a keyboard. Scan the code “USB HID POS” in its manual, then choose it again."
        ),
        HidState::Busy(name) => format!("{name} is in use by another page or program. Close that, then plug it in again."),
    }
}

pub(crate) fn limit(limits: Limits) -> String {
    format!("{} ms a key", limits.mean_gap_ms_max())
}

pub(crate) fn raise(limits: Limits) -> String {
    format!("Raise the limit to {} ms", limits.mean_gap_ms_max())
}

/// The problem, and what to do. Meanwhile the scanner and the keys work.
pub(crate) fn trouble(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Refused => {
            "The browser keeps the camera from the till. Allow it by the sign beside the address, then try again. A scanner or typing works meanwhile."
        }
        Trouble::Missing => "There is no camera on this device. Use a scanner, or type the code.",
        Trouble::Taken => {
            "The camera is in use elsewhere, or was unplugged. Close other programs that use it, then try again. A scanner or typing works meanwhile."
        }
        Trouble::Insecure => {
            "This page came without HTTPS, so the browser hides the camera. Open the till by its https address. A scanner or typing works meanwhile."
        }
        Trouble::Decoder => {
            "What reads the pictures could not be loaded. Check the connection, then try again. A scanner or typing works meanwhile."
        }
    }
}

pub(crate) fn auto_open(auto_open: bool) -> &'static str {
    if auto_open {
        "It opens with every sale on this device, and closes when the sale goes on."
    } else {
        "It opens when “Use the camera” is pressed."
    }
}

pub(crate) fn change_habit(auto_open: bool) -> &'static str {
    if auto_open { "Open it on request only" } else { "Open it with every sale" }
}
