-- What operators see of a conversation: its newest message, and since when the member waits for a reply. The messages are in
-- chat_message.
CREATE TABLE conversation (
    corp_id       TEXT NOT NULL,
    unionid       TEXT NOT NULL,
    member_no     INTEGER NOT NULL,
    last_seq      INTEGER NOT NULL,
    waiting_since INTEGER,
    PRIMARY KEY (corp_id, unionid, member_no)
) WITHOUT ROWID;
CREATE INDEX conversation_by_age ON conversation (corp_id, unionid, last_seq);
CREATE INDEX conversation_waiting ON conversation (corp_id, unionid, waiting_since, member_no) WHERE waiting_since IS NOT NULL;

INSERT INTO conversation (corp_id, unionid, member_no, last_seq, waiting_since)
SELECT corp_id, unionid, member_no, max(seq), CASE WHEN source = 'member' AND content NOT LIKE '{"Choice"%' THEN created_at END
FROM chat_message GROUP BY corp_id, unionid, member_no;
