-- The operator who is to answer a conversation, by the number of the member; 0 for nobody.
ALTER TABLE conversation ADD COLUMN assignee INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversation_of_assignee ON conversation (corp_id, unionid, assignee, last_seq);
CREATE INDEX conversation_of_assignee_waiting ON conversation (corp_id, unionid, assignee, waiting_since, member_no)
    WHERE waiting_since IS NOT NULL;
-- Answers that operators of an account use again.
CREATE TABLE saved_answer (
    corp_id    TEXT NOT NULL,
    unionid    TEXT NOT NULL,
    answer_id  INTEGER NOT NULL,
    -- The place in the list, from 0.
    position   INTEGER NOT NULL,
    title      TEXT NOT NULL,
    content    TEXT NOT NULL,
    -- The userid of who changed it last; empty for an app or the command line.
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid, answer_id)
) WITHOUT ROWID;
CREATE INDEX saved_answer_by_position ON saved_answer (corp_id, unionid, position, answer_id);
