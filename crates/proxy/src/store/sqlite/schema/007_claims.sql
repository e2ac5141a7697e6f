-- What a webhook says, as long as nobody has followed it.
ALTER TABLE webhooks ADD COLUMN claim TEXT;
CREATE INDEX webhooks_unfollowed ON webhooks (received_at) WHERE claim IS NOT NULL;
