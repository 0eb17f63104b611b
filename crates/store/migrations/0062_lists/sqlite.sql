-- The two parts of the record of sends, so that each can be read in the order of its index.
CREATE VIEW sent_record AS
    SELECT corp_id, task_id, unionid, created_at AS send_time, requested_at, CASE WHEN recalled_at IS NULL THEN 2 ELSE 4 END AS status,
           NULL AS reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named,
           NULL AS held_at, overdue_since
    FROM send;
CREATE VIEW scheduled_record AS
    SELECT corp_id, task_id, unionid, due_at AS send_time, created_at AS requested_at, status,
           reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named,
           held_at, NULL AS overdue_since
    FROM scheduled_send;

DROP VIEW send_record;
CREATE VIEW send_record AS
    SELECT * FROM sent_record
    UNION ALL
    SELECT * FROM scheduled_record;

-- What one person or program did.
CREATE INDEX audit_by_actor ON audit (corp_id, actor_id, seq);
