-- When the payment was taken on, on the provider's clock (P14). None while that had not been heard.
ALTER TABLE payments ADD COLUMN provider_earliest INTEGER;
ALTER TABLE payments ADD COLUMN provider_latest INTEGER;
