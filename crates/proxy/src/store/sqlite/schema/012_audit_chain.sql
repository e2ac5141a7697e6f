-- The audit's lines name who asked, and each carries a hash over itself and the line before it.
ALTER TABLE audit RENAME TO audit_unchained;
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
CREATE TRIGGER audit_stays_whole BEFORE DELETE ON audit BEGIN SELECT raise(ABORT, 'the audit is never cut'); END;
-- Where the chain ended when it was last written: lines that are gone from its end are missed here.
CREATE TABLE audit_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO audit_head VALUES (1, 0, zeroblob(32));
