-- What supervisors had returned counts in the sum of a business day, as their refunds do.
CREATE INDEX audit_of_approved_returns ON audit (account, store_id, at) WHERE cause = 'return_approved';
