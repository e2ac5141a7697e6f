-- INSERT OR REPLACE removes the line that is in its way, and fires no trigger of removal.
CREATE TRIGGER audit_lines_are_new BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq OR cursor = NEW.cursor)
BEGIN SELECT raise(ABORT, 'the audit is never overwritten'); END;
-- Since when a wrong PIN waits to be forgotten, and how many tries were refused unread since the last that was counted.
ALTER TABLE pin_tries ADD COLUMN counted_from INTEGER NOT NULL DEFAULT 0;
ALTER TABLE pin_tries ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
