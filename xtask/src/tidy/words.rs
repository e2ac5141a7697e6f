//! One word for one thing: no definition uses a name that the glossary replaced, and each package defines a
//! type's name once.

use std::collections::BTreeMap;

use anyhow::Result;

use super::sources;
use crate::workspace::Workspace;

/// Replaced names and their folder: in another package the same word may be right.
struct Area {
    folders: &'static [&'static str],
    /// Names that no definition may use, with the glossary's word.
    replaced: &'static [(&'static str, &'static str)],
}

const AREAS: [Area; 3] = [
    Area { folders: &["src/", "crates/till/", "crates/scanners/", "crates/customer/"], replaced: &TILL },
    Area { folders: &["crates/payment/", "crates/types/"], replaced: &PAYMENT },
    Area { folders: &["crates/proxy/"], replaced: &PROXY },
];

const PAYMENT: [(&str, &str); 29] = [
    ("AnswerGarbled", "AnswerMalformed"),
    ("Attempt", "PaymentAttempt"),
    ("Attention", "ReviewReason"),
    ("ByItself", "AutomaticAction"),
    ("CloseByHand", "ResolvePayment"),
    ("ClosedByHand", "ManualResolution"),
    ("Doubt", "UnknownReason"),
    ("Due", "ScheduledAction"),
    ("Effect", "Remark"),
    ("EndWanted", "CancelRequest"),
    ("Ender", "CancelledBy"),
    ("Extra", "DuplicateCharge"),
    ("Finding", "PaymentOutcome"),
    ("FreeSale", "ReleaseSale"),
    ("Freed", "Released"),
    ("HumanCall", "ReviewCase"),
    ("HumanReason", "ReviewReason"),
    ("NeedsHuman", "PaymentInReview"),
    ("ReturnReason", "RefundReason"),
    ("Round", "PollPass"),
    ("ScheduledTask", "ScheduledAction"),
    ("SeenRefund", "RefundSnapshot"),
    ("Standing", "DuplicateState"),
    ("Task", "Action"),
    ("ToDo", "OperatorAction"),
    ("calmed", "without_transient_reviews"),
    ("needs_human", "review_case"),
    ("of_word", "parse"),
    ("word", "as_str"),
];

const PROXY: [(&str, &str); 48] = [
    ("Books", "Database"),
    ("BooksLock", "DataFolderLock"),
    ("Claim", "Lease"),
    ("CrashPoint", "Failpoint"),
    ("Door", "AdminClient"),
    ("Draft", "NewPayment"),
    ("Driver", "PaymentService"),
    ("Endings", "Revocations"),
    ("Filter", "PaymentFilter"),
    ("Intake", "Submission"),
    ("Intent", "PendingSubmission"),
    ("Look", "LookupResult"),
    ("Looked", "Confirmation"),
    ("Missed", "MissedChanges"),
    ("Places", "ConnectionLimiter"),
    ("Record", "StoredPayment"),
    ("Says", "AssertedFact"),
    ("Schedule", "PollQueue"),
    ("Sought", "LookupKey"),
    ("SqliteStore", "SqliteStorage"),
    ("SteadyClock", "StepFreeClock"),
    ("Store", "Storage"),
    ("TenantOrder", "RoundRobin"),
    ("Tended", "PollResult"),
    ("Terms", "AssertedTerms"),
    ("Turns", "KeyedMutex"),
    ("Wire", "TimeoutStream"),
    ("ask_refund", "request_refund"),
    ("books", "storage"),
    ("claim_due", "lease_due"),
    ("clock_was_set", "shift_due_times"),
    ("crash_point", "failpoint"),
    ("door", "admin_client"),
    ("drafts", "new_payments"),
    ("driver", "service"),
    ("find_refund", "lookup_refund"),
    ("finding", "charge_lookup"),
    ("follow_later", "confirm_in_background"),
    ("hasten", "expedite"),
    ("hints", "webhook_inbox"),
    ("refunding", "refunds"),
    ("settle_sale", "resolve_sale"),
    ("settling", "sale_conflicts"),
    ("spread_overdue", "stagger_overdue"),
    ("store", "storage"),
    ("take_up_hints", "confirm_stored_webhooks"),
    ("tend", "poll"),
    ("tending", "poller"),
];

const TILL: [(&str, &str); 34] = [
    ("Abandoning", "CancellingUnconfirmed"),
    ("Around", "KeyContext"),
    ("AsideReason", "ParkReason"),
    ("AsideView", "ParkedView"),
    ("Catcher", "HiddenInput"),
    ("Denied", "CheckoutError"),
    ("Desk", "Checkout"),
    ("Door", "EventSender"),
    ("EarMark", "ScannerFocus"),
    ("Feed", "EventSender"),
    ("Hand", "ViewContext"),
    ("Heard", "KeyActions"),
    ("Hearing", "KeyRouter"),
    ("Later", "ScannerModule"),
    ("Memory", "LocalStorage"),
    ("Moment", "StepContext"),
    ("Opening", "CheckoutRequest"),
    ("Outside", "HostHandle"),
    ("Panel", "ScannerPanel"),
    ("Recalling", "Resuming"),
    ("Scene", "ViewModel"),
    ("Signal", "ShellEvent"),
    ("Situation", "InputContext"),
    ("Stroke", "KeyInput"),
    ("Weight", "ButtonStyle"),
    ("aside", "parked"),
    ("desk", "checkout"),
    ("door", "event_sender"),
    ("ear_mark", "scanner_focus"),
    ("hear_of", "observe_payment"),
    ("hearing", "key_router"),
    ("put_aside", "park_payment"),
    ("recalling", "resuming"),
    ("wire", "api_client"),
];

/// The packages in which each type's name must be unique.
const PACKAGES: [&str; 12] = [
    "src/",
    "crates/customer/src/",
    "crates/decoder/src/",
    "crates/office/src/",
    "crates/omise/src/",
    "crates/payment/src/",
    "crates/proxy/src/",
    "crates/sandbox/src/",
    "crates/scanners/src/",
    "crates/testkit/src/",
    "crates/till/src/",
    "crates/types/src/",
];

/// How many words the name of a function may have.
const NAME_WORDS_MAX: usize = 12;

const DEFINITIONS: [&str; 6] = ["enum", "fn", "mod", "struct", "trait", "type"];
const TYPES: [&str; 4] = ["enum", "struct", "trait", "type"];

/// Definitions with a word that the glossary replaced.
pub(crate) fn replaced(workspace: &Workspace) -> Result<Vec<String>> {
    sources::each(workspace, sources::RUST, |file, text| {
        let holds = |area: &&Area| area.folders.iter().any(|folder| file.starts_with(folder));
        let Some(area) = AREAS.iter().find(holds) else { return Vec::new() };
        let found = definitions(text).filter_map(|found| Some((found, area.instead_of(found.name)?)));
        found
            .map(|(definition, word)| {
                format!("{file}:{}: `{}`: say `{word}`", definition.line, definition.name)
            })
            .collect()
    })
}

/// Public types of one package that share a name.
pub(crate) fn repeated(workspace: &Workspace) -> Result<Vec<String>> {
    let all = sources::each(workspace, sources::RUST, |file, text| {
        let Some(package) = PACKAGES.iter().find(|package| file.starts_with(**package)) else {
            return Vec::new();
        };
        let is_public =
            |definition: &Definition<'_>| definition.is_public && TYPES.contains(&definition.kind);
        definitions(text)
            .filter(is_public)
            .map(|definition| format!("{package} {}", definition.name))
            .collect()
    })?;
    let mut counts = BTreeMap::new();
    for name in all {
        *counts.entry(name).or_insert(0) += 1;
    }
    let twice = counts.into_iter().filter(|(_, count)| 1 < *count);
    Ok(twice.map(|(name, count)| format!("{name}: {count} times")).collect())
}

/// Functions, tests among them, whose names have too many words to be read at once.
pub(crate) fn long(workspace: &Workspace) -> Result<Vec<String>> {
    sources::each(workspace, sources::RUST, |file, text| {
        let long =
            definitions(text).filter(|found| found.kind == "fn" && NAME_WORDS_MAX < word_count(found.name));
        long.map(|found| format!("{file}:{}: `{}`: {} words", found.line, found.name, word_count(found.name)))
            .collect()
    })
}

fn word_count(name: &str) -> usize {
    name.split('_').count()
}

#[derive(Clone, Copy)]
struct Definition<'a> {
    line: usize,
    kind: &'a str,
    name: &'a str,
    is_public: bool,
}

fn definitions(text: &str) -> impl Iterator<Item = Definition<'_>> {
    text.lines().enumerate().filter_map(|(index, line)| definition(index + 1, line))
}

fn definition(number: usize, line: &str) -> Option<Definition<'_>> {
    let mut words = line.split_whitespace().peekable();
    let is_public = words.next_if(|word| word.starts_with("pub")).is_some();
    while words.next_if(|word| matches!(*word, "const" | "async" | "in" | "unsafe")).is_some() {}
    let kind = words.next().filter(|word| DEFINITIONS.contains(word))?;
    let rest = words.next()?;
    let name = rest.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next()?;
    Some(Definition { line: number, kind, name, is_public })
}

impl Area {
    fn instead_of(&self, name: &str) -> Option<&'static str> {
        self.replaced.iter().find(|(old, _)| *old == name).map(|(_, word)| *word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(&str, bool)> {
        definitions(text).map(|definition| (definition.name, definition.is_public)).collect()
    }

    #[test]
    fn words_of_a_name_are_counted() {
        assert_eq!(["pay", "one_scan_is_one_payment"].map(word_count), [1, 5]);
    }

    #[test]
    fn definitions_are_found_with_their_names() {
        let text = "pub(crate) struct Desk {\n    pub(super) async fn hear_of(&self)\nmod door;\npub type Tell = u8;";
        assert_eq!(names(text), [("Desk", true), ("hear_of", true), ("door", false), ("Tell", true)]);
        assert_eq!(names("let desk = Desk::new();\n// struct Desk\nuse door::Door;"), []);
    }

    #[test]
    fn a_replaced_word_is_answered_with_the_new_one() {
        assert_eq!(AREAS[0].instead_of("Desk"), Some("Checkout"));
        assert_eq!(AREAS[0].instead_of("Checkout"), None);
    }

    #[test]
    fn the_lists_are_in_order() {
        for area in AREAS {
            let is_sorted = area.replaced.is_sorted_by(|one, next| one.0 < next.0);
            assert!(is_sorted, "so that a word is found and not added twice");
        }
    }
}
