-- What was learned of a refund is written whatever it does to the sum: only a new one is refused (P18, P19).
DROP TRIGGER refunds_within_the_charge;
CREATE TRIGGER refunds_within_the_charge BEFORE INSERT ON refunds WHEN NEW.state NOT IN ('refused', 'absent')
    AND NOT EXISTS (SELECT 1 FROM refunds WHERE payment_id = NEW.payment_id AND refund_id = NEW.refund_id)
BEGIN
    SELECT raise(ABORT, 'the refunds of this charge would be more than it') WHERE
        (SELECT amount FROM payments WHERE payment_id = NEW.payment_id) < NEW.amount + (SELECT coalesce(sum(amount), 0)
            FROM refunds WHERE charge_id = NEW.charge_id AND state NOT IN ('refused', 'absent'));
END;
