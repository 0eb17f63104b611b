-- Sends that operators prepare. A draft leaves the table when it is sent or scheduled.
CREATE TABLE send_draft (
    corp_id       TEXT NOT NULL,
    draft_id      INTEGER NOT NULL,
    unionid       TEXT NOT NULL,
    -- The message as JSON; NULL until it is written.
    content       TEXT,
    receivers     TEXT NOT NULL,
    -- NULL sends at once.
    due_at        INTEGER,
    allow_comment INTEGER NOT NULL,
    comment_type  INTEGER NOT NULL,
    show_homepage INTEGER NOT NULL,
    -- Rises with each change.
    version       INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    changed_by    TEXT NOT NULL,
    -- The userids of all who changed content or receivers, as JSON.
    authors       TEXT NOT NULL,
    -- NULL, or 'requested', 'approved', 'rejected'; then the hash that the decision is about, who made it, when and why.
    approval      TEXT,
    approval_hash BLOB,
    approval_by   TEXT,
    approval_at   INTEGER,
    approval_note TEXT,
    PRIMARY KEY (corp_id, draft_id)
) WITHOUT ROWID;
CREATE INDEX send_draft_by_age ON send_draft (corp_id, unionid, changed_at, draft_id);

-- What sends of an account have to keep to. Accounts without a row keep to nothing.
CREATE TABLE send_policy (
    corp_id       TEXT NOT NULL,
    unionid       TEXT NOT NULL,
    -- 'none', 'console' or 'all'.
    approval      TEXT NOT NULL,
    four_eyes     INTEGER NOT NULL,
    -- Minutes of the day of the organisation between which operators may not send; both NULL without quiet hours.
    quiet_from    INTEGER,
    quiet_until   INTEGER,
    -- Receivers above which the operator types their number; NULL never asks.
    confirm_above INTEGER,
    PRIMARY KEY (corp_id, unionid)
) WITHOUT ROWID;
