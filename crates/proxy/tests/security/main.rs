//! The security checklist, line by line, over real sockets. docs/security.md says what each line asks for.
//!
//! | line | where |
//! | --- | --- |
//! | 4, 5: webhooks are cheap to refuse | `webhooks`, `tests/api/webhooks` |
//! | 8: nothing is open that need not be | `operations` |
//! | 10: pairing codes | `pairing` |
//! | 11, 14: tokens end, and are taken away | `devices`, `tokens` |
//! | 12: a stolen token, a used proof | `proof`, `src/proof` |
//! | 13: the device's key | `tests/browser/proving.rs` |
//! | 16: pages of other origins, bodies of other types | `pages` |
//! | 19: headers of every answer | `headers` |
//! | 31: connections, heads, bodies, idle time | `connections`, `descriptors` |
//! | 33: request smuggling | `framing` |
//! | 35: errors tell nothing but their request | `problems` |
//! | 25, 26, 27, 30: approvals, limits, PINs, state before PIN | `approvals`, `src/approval` |
//! | 36: the audit names who, and is chained | `audit`, `src/audit` |
//! | 37: refusals are counted and logged | `security_log`, `src/security_log` |
//! | 40: a panic is a 500 with an alarm | `src/routes/answers/tests.rs` |
//! | the command line at a closed pipe, and a log without colours | `output` |
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed step should fail the test")]

mod amounts;
mod approvals;
mod audit;
mod canaries;
mod connections;
mod descriptors;
mod devices;
mod framing;
mod headers;
mod ids;
mod operations;
mod output;
mod pages;
mod pairing;
mod problems;
#[path = "../process/program.rs"]
#[allow(dead_code, reason = "this suite needs a part of it")]
mod program;
mod proof;
mod raw;
mod security_log;
mod signer;
mod strangers;
mod texts;
mod tokens;
mod webhooks;
#[path = "../api/world.rs"]
#[allow(dead_code, reason = "this suite needs a part of it")]
mod world;
