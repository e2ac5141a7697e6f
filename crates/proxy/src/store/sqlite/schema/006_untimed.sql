-- A payment without the provider's time was taken on after the last look through the account's refunds: the next look
-- gives it its time. Of those from before schema 004 this is not so: they are looked for in all that was before.
CREATE INDEX payments_untimed ON payments (account) WHERE provider_earliest IS NULL;
UPDATE payments SET provider_earliest = 0, provider_latest = created_at + 172800000
    WHERE provider_earliest IS NULL AND due_at IS NOT NULL;
