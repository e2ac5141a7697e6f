-- A device's token ends: by its life, which the configuration says, or because it was taken away.
ALTER TABLE devices ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE devices ADD COLUMN ended_at INTEGER;
ALTER TABLE devices ADD COLUMN end_reason TEXT;
UPDATE devices SET seen_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000;
CREATE INDEX devices_of_a_terminal ON devices (account, store_id, terminal_id) WHERE ended_at IS NULL;

-- A code is found by its public part, and each try of its secret part is counted before it is compared. Codes live for ten
-- minutes: those of the form before are gone.
DROP TABLE pairing_codes;
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
