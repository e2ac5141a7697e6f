//! The security checklist, line by line, over real sockets: the table of contents by line. docs/security.md names the
//! tests of each line, those of other suites too.
//!
//! | line | where |
//! | --- | --- |
//! | 1, 22, 23: no secret in log, answers, storage or process | `canaries`; while faults strike `tests/api/catalogue` |
//! | 4, 5: webhooks are cheap to refuse | `webhooks`, `tests/api/webhooks` |
//! | 8: nothing is open that need not be | `strangers`, `operations` |
//! | 10: pairing codes | `pairing` |
//! | 11, 14: tokens end, and are taken away | `devices`, `stalled`, `tokens` |
//! | 12: a stolen token, a used proof | `proof`, `src/proof` |
//! | 13: the device's key | `tests/browser/proving.rs` |
//! | 16: pages of other origins, bodies of other types | `pages` |
//! | 17: methods | `strangers` |
//! | 18, 19: headers of every answer | `headers`; in a browser `tests/e2e/tests/till/policy.rs` |
//! | 20: files on the disk, and those of the till | `files` |
//! | 24: a text is one record | `canaries`, `texts` |
//! | 25, 26, 27, 30: approvals, limits, PINs, state before PIN | `approvals`, `hanging_up`, `returns`, `src/approval` |
//! | 28, 29: amounts and fields | `amounts` |
//! | 31: connections, heads, bodies, idle time | `connections`, `descriptors` |
//! | 31: one till beside another | `neighbours`, `src/quotas`, `src/service/slots`, `src/storage/sqlite/plans` |
//! | 32: forwarded headers | `canaries` |
//! | 33: request smuggling | `framing`, `tests/fuzz` |
//! | 35: errors tell nothing but their request | `problems` |
//! | 36: the audit names who, and is chained | `audit`, `src/audit` |
//! | 37: refusals are counted and logged | `security_log`, `src/security_log` |
//! | 40: a panic is a 500 with an alarm | `src/routes/answers/tests.rs` |
//! | ids, texts and cards of callers | `ids`, `texts` |
//! | the command line at a closed pipe, and a log without colours | `output` |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod amounts;
mod approvals;
mod audit;
mod canaries;
mod connections;
mod descriptors;
mod devices;
mod files;
mod framing;
mod hanging_up;
mod headers;
mod ids;
mod neighbours;
mod operations;
mod output;
mod pages;
mod pairing;
mod problems;
mod proof;
mod raw;
mod returns;
mod security_log;
mod sending;
mod signer;
mod stalled;
mod strangers;
mod texts;
mod tokens;
mod webhooks;
