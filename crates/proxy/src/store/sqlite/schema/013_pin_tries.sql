-- Wrong PINs of a person since the last right one: at one device, and at all of them ('').
CREATE TABLE pin_tries (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    person TEXT NOT NULL,
    device_id TEXT NOT NULL,
    wrong INTEGER NOT NULL,
    locked_until INTEGER,
    PRIMARY KEY (account, store_id, person, device_id)
) STRICT, WITHOUT ROWID;
-- For the sum of a business day.
CREATE INDEX refunds_by_time ON refunds (created_at);
