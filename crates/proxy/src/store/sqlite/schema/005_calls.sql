-- Whether a payment calls for a human, now or if it stays as it is for long.
ALTER TABLE payments ADD COLUMN calls_human INTEGER NOT NULL DEFAULT 0;
UPDATE payments SET calls_human = closed IS NULL AND (attention IS NOT NULL
    OR coalesce(disposition, '') IN ('undecided', 'to_return', 'returning')
    OR payment_id IN (SELECT payment_id FROM refunds WHERE state IN ('approved', 'sending', 'unknown'))
    OR state IN ('sending', 'unknown', 'cancelling'));
DROP INDEX payments_for_humans;
CREATE INDEX payments_for_humans ON payments (counter) WHERE calls_human;
CREATE INDEX payments_for_humans_of_a_store ON payments (account, store_id, counter) WHERE calls_human;
