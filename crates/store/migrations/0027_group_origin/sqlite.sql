-- Groups that facts tell of are groups like others.
-- How a group became known: 0 made by an operation, 1 facts name it, 2 a fact says that it was created.
ALTER TABLE chat_group ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
-- The latest moment of which a sent fact names it; 0 if none does.
ALTER TABLE chat_group ADD COLUMN named_until INTEGER NOT NULL DEFAULT 0;
-- Since when it has its title.
ALTER TABLE chat_group ADD COLUMN titled_at INTEGER NOT NULL DEFAULT 0;
-- Facts of two organisations may name groups by the same ids.
DROP INDEX chat_group_by_id;
CREATE UNIQUE INDEX chat_group_by_id ON chat_group (open_conversation_id, corp_id);
DROP INDEX chat_group_following;
CREATE INDEX chat_group_following ON chat_group (corp_id, kind, dept_id, dissolved_at, group_no)
    WHERE kind <= 2 AND dissolved_at IS NULL AND origin = 0;
-- Whoever signed in by a fact (kind 16) has signed in.
UPDATE member SET active = 1
    WHERE active = 0 AND (corp_id, member_no) IN (SELECT corp_id, member_no FROM fact WHERE kind = 16 AND member_no IS NOT NULL);
