-- Attempts at a waiting send that failed by a fault of the server, when to try it next, and the last fault, for the operator.
ALTER TABLE scheduled_send ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scheduled_send ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scheduled_send ADD COLUMN last_error TEXT;
UPDATE scheduled_send SET next_at = due_at;
DROP INDEX scheduled_send_due;
-- An organisation looks for its own: what fails in one holds up no other.
CREATE INDEX scheduled_send_next ON scheduled_send (corp_id, status, next_at, task_id) WHERE status = 0;
