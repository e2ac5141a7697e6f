-- Refunds, what becomes of a success in detail, and what humans do beside the machine.

-- The word stays in `disposition`, what belongs to it stands beside it.
ALTER TABLE payments ADD COLUMN disposition_detail TEXT;
UPDATE payments SET disposition_detail = CASE disposition
    WHEN '"undecided"' THEN json_object('undecided', json_object('since', updated_at)) ELSE disposition END
    WHERE disposition IS NOT NULL;
UPDATE payments SET disposition = trim(disposition, '"') WHERE disposition IS NOT NULL;
CREATE UNIQUE INDEX one_kept_payment_a_sale ON payments (account, store_id, sale_id) WHERE disposition = 'kept';

-- Further charges of a payment, each with whether money stands on it.
UPDATE payments SET extras = (SELECT json_group_array(json_object('id', value, 'standing', 'unpaid'))
    FROM json_each(extras)) WHERE extras <> '[]';

ALTER TABLE payments ADD COLUMN freed TEXT;
ALTER TABLE payments ADD COLUMN closed TEXT;
-- Refunds of its charge that nobody asked us for, and what a human knew of them.
ALTER TABLE payments ADD COLUMN refunds_elsewhere TEXT NOT NULL DEFAULT '[]';
ALTER TABLE payments ADD COLUMN refunds_acknowledged INTEGER NOT NULL DEFAULT 0;

-- A payment in doubt that a supervisor freed, or that humans closed, stands in nobody's way any more (P14, P18).
ALTER TABLE payments ADD COLUMN in_the_way INTEGER NOT NULL DEFAULT 0;
UPDATE payments SET in_the_way = state IN ('sending', 'unknown', 'pending', 'cancelling');
DROP INDEX one_open_payment_a_sale;
CREATE UNIQUE INDEX one_open_payment_a_sale ON payments (account, store_id, sale_id) WHERE in_the_way;
CREATE INDEX payments_for_humans ON payments (counter) WHERE attention IS NOT NULL OR disposition = 'undecided';
CREATE INDEX payments_by_reference ON payments (reference) WHERE reference IS NOT NULL;

CREATE TABLE refunds (
    payment_id TEXT NOT NULL REFERENCES payments (payment_id),
    refund_id TEXT NOT NULL,
    charge_id TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (0 < amount),
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (payment_id, refund_id)
) STRICT, WITHOUT ROWID;
-- One at a time for each charge (P19).
CREATE UNIQUE INDEX one_refund_under_way_a_charge ON refunds (charge_id) WHERE state IN ('approved', 'sending', 'unknown');
-- Whatever the code above believes: no more goes back than was taken.
CREATE TRIGGER refunds_within_the_charge BEFORE INSERT ON refunds WHEN NEW.state NOT IN ('refused', 'absent')
BEGIN
    SELECT raise(ABORT, 'the refunds of this charge would be more than it') WHERE
        (SELECT amount FROM payments WHERE payment_id = NEW.payment_id) < NEW.amount + (SELECT coalesce(sum(amount), 0)
            FROM refunds WHERE charge_id = NEW.charge_id AND state NOT IN ('refused', 'absent')
            AND NOT (payment_id = NEW.payment_id AND refund_id = NEW.refund_id));
END;

-- Who may approve. The PIN itself is never stored.
CREATE TABLE supervisors (
    account TEXT NOT NULL,
    store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    pin_hash TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (account, store_id, name)
) STRICT, WITHOUT ROWID;

-- Until when the provider's refunds were looked through, on the provider's clock.
CREATE TABLE reconciled (account TEXT PRIMARY KEY, refunds_until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
