//! The waits of payers, wallet and network.

/// Every wait of the simulator, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timing {
    /// Magic code 00.
    pub approve_at_once_ms: i64,
    /// Magic code 02.
    pub approve_slowly_ms: i64,
    /// The payer of an ordinary code approves between these two.
    pub approve_min_ms: i64,
    pub approve_max_ms: i64,
    /// Magic codes 10 to 25, 30 and 31.
    pub fail_ms: i64,
    /// The wallet closes an unpaid charge after this.
    pub wallet_close_ms: i64,
    /// `--payers world`: a payer who is asked answers between these two.
    pub think_min_ms: i64,
    pub think_max_ms: i64,
    /// Magic codes 40 and 42: from the expire to the success.
    pub paid_after_expire_ms: i64,
    /// A phone shows one code for this long.
    pub code_lifetime_ms: i64,
    /// A code that has just been replaced stays valid for this long.
    pub code_grace_ms: i64,
    /// Fault `slow_body`: the wait after each byte.
    pub slow_byte_ms: u64,
    /// The state file is written at most this often.
    pub save_every_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            approve_at_once_ms: 50,
            approve_slowly_ms: 3_000,
            approve_min_ms: 1_000,
            approve_max_ms: 2_000,
            fail_ms: 300,
            wallet_close_ms: 180_000,
            think_min_ms: 3_000,
            think_max_ms: 25_000,
            paid_after_expire_ms: 2_000,
            code_lifetime_ms: 60_000,
            code_grace_ms: 15_000,
            slow_byte_ms: 20,
            save_every_ms: 300,
        }
    }
}

impl Timing {
    /// Short waits for tests; the wallet's closing time and the code's lifetime stay as they are.
    pub fn quick() -> Self {
        Self {
            approve_at_once_ms: 1,
            approve_slowly_ms: 60,
            approve_min_ms: 20,
            approve_max_ms: 40,
            fail_ms: 10,
            think_min_ms: 30,
            think_max_ms: 60,
            paid_after_expire_ms: 40,
            slow_byte_ms: 1,
            ..Self::default()
        }
    }
}
