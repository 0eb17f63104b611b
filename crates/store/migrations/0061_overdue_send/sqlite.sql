-- When a waiting send was found overdue and held for an operator; NULL otherwise. Then its next_at is the largest number.
ALTER TABLE scheduled_send ADD COLUMN held_at INTEGER;
-- The time that a send was scheduled for, if it was sent later than an operator has to be asked; NULL otherwise.
ALTER TABLE send ADD COLUMN overdue_since INTEGER;

DROP VIEW send_record;
CREATE VIEW send_record AS
    SELECT corp_id, task_id, unionid, created_at AS send_time, requested_at, CASE WHEN recalled_at IS NULL THEN 2 ELSE 4 END AS status,
           NULL AS reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named,
           NULL AS held_at, overdue_since
    FROM send
    UNION ALL
    SELECT corp_id, task_id, unionid, due_at AS send_time, created_at AS requested_at, status,
           reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named,
           held_at, NULL AS overdue_since
    FROM scheduled_send;
