-- Each list reads as much as it shows, the newest first: what others stored does not make it slower.
CREATE INDEX payments_of_a_store ON payments (account, store_id);
CREATE INDEX payments_listed ON payments (account, store_id, terminal_id);
CREATE INDEX payments_of_a_reference ON payments (account, store_id, reference) WHERE reference IS NOT NULL;
CREATE INDEX payments_unsettled ON payments (account, store_id, terminal_id)
    WHERE state IN ('sending', 'unknown', 'pending', 'cancelling') OR calls_human;
CREATE INDEX payments_with_further_charges ON payments (account) WHERE extras <> '[]';
