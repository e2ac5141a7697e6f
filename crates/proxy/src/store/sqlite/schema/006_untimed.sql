-- A payment without the provider's time was taken on after the last look through the account's refunds: the next look
-- gives it its time. Of those from before schema 004 this is not so, and the looks begin anew.
CREATE INDEX payments_untimed ON payments (account) WHERE provider_earliest IS NULL;
DELETE FROM reconciled WHERE account IN
    (SELECT account FROM payments WHERE provider_earliest IS NULL AND due_at IS NOT NULL);
