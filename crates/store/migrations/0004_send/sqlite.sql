-- Where it was made: 1 in the console, 2 by an operation.
ALTER TABLE send ADD COLUMN source INTEGER NOT NULL DEFAULT 2;
-- When it was asked for; NULL when that is when it was sent.
ALTER TABLE send ADD COLUMN asked_at INTEGER;
-- The userid of the member who made it, where known.
ALTER TABLE send ADD COLUMN operator TEXT;
-- The kind of message: what lists filter by.
ALTER TABLE send ADD COLUMN msg_type TEXT NOT NULL DEFAULT 'text';
UPDATE send SET msg_type = CASE
    WHEN message LIKE '{"Image"%' THEN 'image'
    WHEN message LIKE '{"Markdown"%' THEN 'markdown'
    WHEN message LIKE '{"ActionCard"%' THEN 'action_card'
    WHEN message LIKE '{"NewsCard"%' THEN 'news_card'
    WHEN message LIKE '{"SingleNewsCard"%' THEN 'single_news_card'
    WHEN message LIKE '{"Link"%' THEN 'link'
    ELSE 'text' END;
DROP INDEX send_by_account;
-- Holds what quotas count and lists filter by: behind the bitmaps, the new columns of a row are slow to reach.
CREATE INDEX send_by_account ON send
    (corp_id, unionid, created_at, targeted, msg_type, recalled_at, source, task_id);

-- Sends that wait for their time, and those that never were sent. One that is sent moves to the table send.
CREATE TABLE scheduled_send (
    corp_id       TEXT NOT NULL,
    task_id       TEXT NOT NULL,
    unionid       TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    app_key       TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    -- 0 waiting, 3 failed, 4 called off.
    status        INTEGER NOT NULL,
    -- Why it failed.
    reason        TEXT,
    preview       INTEGER NOT NULL,
    allow_comment INTEGER NOT NULL,
    comment_type  INTEGER NOT NULL,
    show_homepage INTEGER NOT NULL,
    source        INTEGER NOT NULL,
    operator      TEXT,
    msg_type      TEXT NOT NULL,
    message       TEXT NOT NULL,
    named         TEXT NOT NULL,
    PRIMARY KEY (corp_id, task_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX scheduled_send_by_uuid ON scheduled_send (corp_id, unionid, uuid);
CREATE INDEX scheduled_send_by_account ON scheduled_send (corp_id, unionid, due_at, status);
CREATE INDEX scheduled_send_due ON scheduled_send (due_at) WHERE status = 0;

-- Both as one list.
CREATE VIEW send_record AS
    SELECT corp_id, task_id, unionid, created_at AS send_time, asked_at, CASE WHEN recalled_at IS NULL THEN 2 ELSE 4 END AS status,
           NULL AS reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named
    FROM send
    UNION ALL
    SELECT corp_id, task_id, unionid, due_at AS send_time, created_at AS asked_at, status,
           reason, preview, allow_comment, comment_type, show_homepage, source, operator, msg_type, message, named
    FROM scheduled_send;

-- Whether an account may send to everybody; else to those of the lists alone.
ALTER TABLE service_account ADD COLUMN allow_send_to_all INTEGER NOT NULL DEFAULT 1;

CREATE TABLE account_member (
    corp_id   TEXT NOT NULL,
    unionid   TEXT NOT NULL,
    -- operators, blocked or allowed.
    list      TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid, list, member_no)
) WITHOUT ROWID;
CREATE INDEX account_member_by_member ON account_member (corp_id, member_no);

-- Departments that an account may send to.
CREATE TABLE account_department (
    corp_id TEXT NOT NULL,
    unionid TEXT NOT NULL,
    dept_id INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid, dept_id)
) WITHOUT ROWID;

-- Who sends urgent messages, and whether the agreement about them was signed.
CREATE TABLE ding_setting (
    corp_id       TEXT NOT NULL PRIMARY KEY,
    signed        INTEGER NOT NULL,
    app_unionid   TEXT,
    phone_unionid TEXT
) WITHOUT ROWID;

-- What members write below an article, each by the send that the article came with.
CREATE TABLE comment (
    corp_id     TEXT NOT NULL,
    comment_id  INTEGER NOT NULL,
    unionid     TEXT NOT NULL,
    article_id  INTEGER NOT NULL,
    send_seq    INTEGER NOT NULL,
    member_no   INTEGER NOT NULL,
    -- The name of the time: it outlives the member.
    author_name TEXT NOT NULL,
    content     TEXT NOT NULL,
    selected    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (corp_id, comment_id)
) WITHOUT ROWID;
CREATE INDEX comment_by_account ON comment (corp_id, unionid, comment_id);
CREATE INDEX comment_by_article ON comment (corp_id, send_seq, article_id, comment_id);
CREATE INDEX comment_by_member ON comment (corp_id, member_no, created_at);
