-- What a webhook says, and of which payment, as long as nobody has followed it.
ALTER TABLE webhooks ADD COLUMN claim TEXT;
ALTER TABLE webhooks ADD COLUMN payment_id TEXT;
CREATE INDEX webhooks_unfollowed ON webhooks (account) WHERE claim IS NOT NULL;
CREATE INDEX webhooks_of_a_payment ON webhooks (payment_id) WHERE claim IS NOT NULL;
