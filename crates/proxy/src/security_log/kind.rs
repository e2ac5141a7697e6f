//! The kinds of events, each with its word in `/metrics` and its sentence in the log.

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $word:literal $sentence:literal,)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The kind's word in `/metrics` and in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            pub(super) fn sentence(self) -> &'static str {
                match self {
                    $(Self::$kind => $sentence,)*
                }
            }
        }
    };
}

kinds! {
    /// No token, or one that the proxy does not know.
    RefusedToken "refused_token" "a request had no token that this proxy knows",
    /// A token without the proof that its device sent it.
    RefusedProof "refused_proof" "a token came without its device's proof",
    /// The device was revoked, or its token ended.
    RevokedDevice "revoked_device" "a device came whose token was revoked or has ended",
    /// A pairing code that opens nothing.
    WrongPairingCode "wrong_pairing_code" "a wrong pairing code was given",
    /// A pairing code that took no more tries.
    DeadPairingCode "dead_pairing_code" "a pairing code was given that takes no more tries",
    /// A PIN that is not this person's, or an unknown person.
    WrongPin "wrong_pin" "a wrong PIN was given",
    /// A PIN while PINs are locked.
    LockedPin "locked_pin" "a PIN was given while PINs are locked",
    /// A page, or a `Host`, that may not use this proxy.
    RefusedOrigin "refused_origin" "a page that is not allowed here sent a request",
    /// A webhook whose signature does not hold.
    RefusedWebhook "refused_webhook" "a webhook was refused",
    /// A payment of another terminal.
    RefusedAccess "refused_access" "a device asked for a payment of another terminal",
    /// More requests than a device may send.
    RateLimited "rate_limited" "a caller sent more requests than it may",
    /// The audit is not as it was written.
    BrokenAudit "broken_audit" "ALARM: the audit is not what was written; run `scantill-proxy audit verify`",
    /// No place for a connection.
    FullHouse "full_house" "no place is left for a connection",
}
