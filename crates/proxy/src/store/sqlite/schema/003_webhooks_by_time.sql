-- Old webhooks are forgotten by their age.
CREATE INDEX webhooks_by_time ON webhooks (received_at);
