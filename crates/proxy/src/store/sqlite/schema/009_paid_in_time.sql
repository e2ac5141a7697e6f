-- When the end of a payment was first asked for, on the provider's clock, at the earliest: a charge that was paid before
-- that was paid in time (P11).
ALTER TABLE payments ADD COLUMN end_wanted_provider INTEGER;
