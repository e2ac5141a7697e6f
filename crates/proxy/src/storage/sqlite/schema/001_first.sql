-- Times are milliseconds since 1970 in UTC; amounts are minor units. The column `attempt` holds what the payment's machine writes.

CREATE TABLE names (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Who the provider said a key belongs to. The key itself is never stored, only its fingerprint.
CREATE TABLE account_keys (
    account TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    PRIMARY KEY (account, fingerprint)
) STRICT, WITHOUT ROWID;

-- Until when the provider's refunds were looked through, on the provider's clock.
CREATE TABLE reconciled (account TEXT PRIMARY KEY, refunds_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE stores (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    day_starts_minutes INTEGER NOT NULL,
    PRIMARY KEY (account, store_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE terminals (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    PRIMARY KEY (account, store_id, terminal_id),
    FOREIGN KEY (account, store_id) REFERENCES stores
) STRICT, WITHOUT ROWID;

-- A code is found by its public part, and each try of its secret part is counted before it is compared.
CREATE TABLE pairing_codes (
    public_part TEXT PRIMARY KEY,
    secret_digest TEXT NOT NULL,
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    -- Whether the devices that the terminal has stay paired.
    keeps_devices INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER,
    FOREIGN KEY (account, store_id, terminal_id) REFERENCES terminals
) STRICT, WITHOUT ROWID;

-- A device's token ends: by its life, which the configuration says, or because it was revoked.
CREATE TABLE devices (
    token_digest TEXT PRIMARY KEY,
    device_id TEXT NOT NULL,
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    paired_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER,
    end_reason TEXT,
    -- The key to which the token is bound; none for one that was paired without.
    key_thumbprint TEXT,
    key_base TEXT,
    FOREIGN KEY (account, store_id, terminal_id) REFERENCES terminals
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_id ON devices (device_id);
CREATE INDEX devices_of_a_terminal ON devices (account, store_id, terminal_id) WHERE ended_at IS NULL;

-- Who may approve. The PIN itself is never stored.
CREATE TABLE supervisors (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    pin_hash TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (account, store_id, name)
) STRICT, WITHOUT ROWID;

-- Wrong PINs of a person since the last right one: at one device, and at all of them ('').
CREATE TABLE pin_tries (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    person TEXT NOT NULL,
    device_id TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    locked_until INTEGER,
    -- Since when a wrong PIN waits to be forgotten, and how many tries were refused unread since the last that was counted.
    counted_from INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, store_id, person, device_id)
) STRICT, WITHOUT ROWID;

-- Keys for hashing payer codes, named by the time they were made.
CREATE TABLE code_keys (made_at INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;

CREATE TABLE sales (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    reference TEXT,
    business_day TEXT NOT NULL,
    PRIMARY KEY (account, store_id, sale_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sales_by_reference ON sales (account, store_id, reference, business_day) WHERE reference IS NOT NULL;

CREATE TABLE payments (
    counter INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    sale_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    reference TEXT,
    description TEXT,
    code_masked TEXT NOT NULL,
    code_outside_grammar INTEGER NOT NULL,
    code_key INTEGER,
    code_hash TEXT,
    created_at INTEGER NOT NULL,
    -- When the payment was created, on the provider's clock (P14). None while the provider's time is not known.
    provider_earliest INTEGER,
    provider_latest INTEGER,
    end_not_before INTEGER NOT NULL,
    source_first INTEGER NOT NULL,
    -- What the payment's machine knows, as JSON with the version of its shape: the state of the attempt, the facts of its
    -- charges as last read, what becomes of captured money, its refunds.
    attempt TEXT NOT NULL,
    -- The columns from here on repeat what is searched for.
    state TEXT NOT NULL,
    charge_id TEXT,
    -- The ids of duplicate charges, as a JSON array, and whether one of them was paid and may be refunded by a rule.
    duplicates TEXT NOT NULL DEFAULT '[]',
    has_paid_duplicate INTEGER NOT NULL DEFAULT 0,
    disposition TEXT,
    -- Whether two people resolved it (P18).
    is_resolved INTEGER NOT NULL DEFAULT 0,
    -- Whether the sale must not be attempted again (P2).
    holds_sale INTEGER NOT NULL,
    -- Whether it is open, and neither released by a supervisor nor resolved by people (P14, P18).
    blocks_sale INTEGER NOT NULL DEFAULT 0,
    -- Whether a person must look at it, now or if it stays as it is for long.
    needs_review INTEGER NOT NULL DEFAULT 0,
    -- Whether nothing is left to do but to look for money that came after all (P15): that waits for everything else.
    is_finished INTEGER NOT NULL,
    due_at INTEGER,
    version INTEGER NOT NULL,
    cursor INTEGER NOT NULL UNIQUE,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_holding_a_sale ON payments (account, store_id, sale_id) WHERE holds_sale;
-- A success that comes late must never be refused by an index, so only open attempts exclude each other here.
CREATE UNIQUE INDEX one_open_payment_a_sale ON payments (account, store_id, sale_id) WHERE blocks_sale;
CREATE UNIQUE INDEX one_accepted_payment_a_sale ON payments (account, store_id, sale_id) WHERE disposition = 'accepted';
CREATE INDEX payments_of_a_sale ON payments (account, store_id, sale_id);
CREATE INDEX payments_by_charge ON payments (account, charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX payments_with_duplicates ON payments (account) WHERE duplicates <> '[]';
CREATE INDEX payments_by_code ON payments (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX payments_by_reference ON payments (reference) WHERE reference IS NOT NULL;
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payments_open ON payments (state) WHERE state IN ('sending', 'unknown', 'pending', 'cancelling');
-- A payment without the provider's time was created after the last reconciliation of the account: the next one gives it its
-- time.
CREATE INDEX payments_untimed ON payments (account) WHERE provider_earliest IS NULL;
-- Each list reads as much as it shows, the newest first: what others stored does not make it slower.
CREATE INDEX payments_of_a_terminal ON payments (account, store_id, terminal_id, cursor);
CREATE INDEX payments_of_a_store ON payments (account, store_id);
CREATE INDEX payments_listed ON payments (account, store_id, terminal_id);
CREATE INDEX payments_of_a_reference ON payments (account, store_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX payments_unsettled ON payments (account, store_id, terminal_id)
    WHERE state IN ('sending', 'unknown', 'pending', 'cancelling') OR needs_review;
CREATE INDEX payments_in_review ON payments (counter) WHERE needs_review;
CREATE INDEX payments_in_review_of_a_store ON payments (account, store_id, counter) WHERE needs_review;

-- The refunds that we were asked for, to search and to bound them; what is known of each stands in its payment's attempt.
CREATE TABLE refunds (
    payment_id TEXT NOT NULL REFERENCES payments (payment_id),
    refund_id TEXT NOT NULL,
    charge_id TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (0 < amount),
    state TEXT NOT NULL,
    -- Whether a rule wanted it, and no supervisor approved it.
    is_of_a_rule INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (payment_id, refund_id)
) STRICT, WITHOUT ROWID;
-- One at a time for each charge (P19).
CREATE UNIQUE INDEX one_refund_under_way_a_charge ON refunds (charge_id) WHERE state IN ('approved', 'sending', 'unknown');
-- For the sum of a business day.
CREATE INDEX refunds_by_time ON refunds (created_at);
-- Whatever the code above believes: no more is refunded than was taken. What was learned of a refund is written whatever it
-- does to the sum; only a new one is refused (P18, P19).
CREATE TRIGGER refunds_within_the_charge BEFORE INSERT ON refunds WHEN NEW.state NOT IN ('refused', 'absent')
    AND NOT EXISTS (SELECT 1 FROM refunds WHERE payment_id = NEW.payment_id AND refund_id = NEW.refund_id)
BEGIN
    SELECT raise(ABORT, 'the refunds of this charge would be more than it') WHERE
        (SELECT amount FROM payments WHERE payment_id = NEW.payment_id) < NEW.amount + (SELECT coalesce(sum(amount), 0)
            FROM refunds WHERE charge_id = NEW.charge_id AND state NOT IN ('refused', 'absent'));
END;

-- A line for each change. It names who asked, and carries a hash over itself and the line before it.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    cause TEXT NOT NULL,
    -- The place among the changes of payments; none where no payment changed.
    cursor INTEGER UNIQUE,
    payment_id TEXT,
    state TEXT,
    account TEXT,
    store_id TEXT,
    terminal_id TEXT,
    device_id TEXT,
    person TEXT,
    request_id TEXT,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_stays_as_it_is BEFORE UPDATE ON audit BEGIN SELECT raise(ABORT, 'the audit is never changed'); END;
-- INSERT OR REPLACE removes the line that is in its way, and fires no trigger of removal.
CREATE TRIGGER audit_lines_are_new BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq OR cursor = NEW.cursor)
BEGIN SELECT raise(ABORT, 'the audit is never overwritten'); END;
CREATE TRIGGER audit_stays_whole BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is never cut'); END;
-- What supervisors had refunded counts in the sum of a business day, as their refunds do.
CREATE INDEX audit_of_approved_returns ON audit (account, store_id, at) WHERE cause = 'return_approved';
-- Where the chain ended when it was last written: lines that are gone from its end are missed here.
CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO audit_head VALUES (1, 0, zeroblob(32));

CREATE TABLE webhooks (
    account TEXT NOT NULL,
    event_id TEXT NOT NULL,
    key TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    -- What it says, and of which payment, as long as no read has confirmed it.
    assertion TEXT,
    payment_id TEXT,
    PRIMARY KEY (account, event_id)
) STRICT, WITHOUT ROWID;
-- Old webhooks are forgotten by their age.
CREATE INDEX webhooks_by_time ON webhooks (received_at);
CREATE INDEX webhooks_unconfirmed ON webhooks (account) WHERE assertion IS NOT NULL;
CREATE INDEX webhooks_of_a_payment ON webhooks (payment_id) WHERE assertion IS NOT NULL;
