-- Times are milliseconds since 1970 in UTC; amounts are minor units.

CREATE TABLE names (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Who the provider said a key belongs to. The key itself is never stored, only its fingerprint.
CREATE TABLE account_keys (
    account TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    livemode INTEGER NOT NULL,
    PRIMARY KEY (account, fingerprint)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE pairing_codes (
    code_digest TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    FOREIGN KEY (account, store_id, terminal_id) REFERENCES terminals
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    token_digest TEXT PRIMARY KEY,
    device_id TEXT NOT NULL,
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    terminal_id TEXT NOT NULL,
    paired_at INTEGER NOT NULL,
    FOREIGN KEY (account, store_id, terminal_id) REFERENCES terminals
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_id ON devices (device_id);

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
    end_not_before INTEGER NOT NULL,
    source_first INTEGER NOT NULL,
    -- The three things that are never folded into one: the state of the attempt,
    state TEXT NOT NULL,
    state_detail TEXT NOT NULL,
    -- the facts of the charge as last read,
    source_id TEXT,
    charge_id TEXT,
    charge TEXT,
    extras TEXT NOT NULL,
    -- and what becomes of a success.
    disposition TEXT,
    end_wanted TEXT,
    attention TEXT,
    -- Since when an unpaid end is watched, in case money comes after all (P15).
    watched_since INTEGER,
    -- Whether the sale must not be attempted again (P2).
    holds_sale INTEGER NOT NULL,
    due_at INTEGER,
    version INTEGER NOT NULL,
    cursor INTEGER NOT NULL UNIQUE,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX payments_holding_a_sale ON payments (account, store_id, sale_id) WHERE holds_sale;
-- A success that comes late must never be refused by an index, so only open attempts exclude each other here.
CREATE UNIQUE INDEX one_open_payment_a_sale ON payments (account, store_id, sale_id)
    WHERE state IN ('sending', 'unknown', 'pending', 'cancelling');
CREATE INDEX payments_by_charge ON payments (account, charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX payments_of_a_sale ON payments (account, store_id, sale_id);
CREATE INDEX payments_of_a_terminal ON payments (account, store_id, terminal_id, cursor);
CREATE INDEX payments_by_code ON payments (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX payments_due ON payments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payments_open ON payments (state) WHERE state IN ('sending', 'unknown', 'pending', 'cancelling');

-- A line for each change of a payment.
CREATE TABLE audit (
    cursor INTEGER PRIMARY KEY,
    payment_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    cause TEXT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE webhooks (
    account TEXT NOT NULL,
    event_id TEXT NOT NULL,
    key TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (account, event_id)
) STRICT, WITHOUT ROWID;
