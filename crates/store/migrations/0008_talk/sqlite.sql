-- What one member and an account say to each other. Numbers come from the counter of sends: together they have one order.
CREATE TABLE talk (
    corp_id    TEXT NOT NULL,
    member_no  INTEGER NOT NULL,
    unionid    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    message_id TEXT NOT NULL,
    -- member, webhook or automatic.
    source     TEXT NOT NULL,
    -- The name that the member's page gave it: what is sent twice with the same name is one message.
    submission TEXT,
    created_at INTEGER NOT NULL,
    -- What was said, in Carillon's own form, JSON.
    content    TEXT NOT NULL,
    PRIMARY KEY (corp_id, member_no, unionid, seq)
) WITHOUT ROWID;
-- Without the organisation: whoever brings an id signed by the server knows nothing else.
CREATE UNIQUE INDEX talk_by_id ON talk (message_id);
CREATE UNIQUE INDEX talk_by_submission ON talk (corp_id, member_no, unionid, submission) WHERE submission IS NOT NULL;
CREATE INDEX talk_lately ON talk (corp_id, member_no, source, created_at);

-- Whom an account has greeted.
CREATE TABLE talk_welcome (
    corp_id    TEXT NOT NULL,
    unionid    TEXT NOT NULL,
    member_no  INTEGER NOT NULL,
    greeted_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid, member_no)
) WITHOUT ROWID;

CREATE TABLE auto_reply (
    corp_id TEXT NOT NULL,
    unionid TEXT NOT NULL,
    -- The greeting and the rules, in Carillon's own form, JSON.
    replies TEXT NOT NULL,
    PRIMARY KEY (corp_id, unionid)
) WITHOUT ROWID;
