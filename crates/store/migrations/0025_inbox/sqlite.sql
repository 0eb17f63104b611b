-- What members typed and did not send yet.
CREATE TABLE draft (
    corp_id   TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    -- What it is written to: a conversation or the comments of an article, in Carillon's own form.
    place     TEXT NOT NULL,
    -- Empty for what is in the field; else the idempotency key of a message that could not be sent.
    name      TEXT NOT NULL,
    text      TEXT NOT NULL,
    -- The page that saved it, and how often that page had. An older save that arrives late is known by them, so a row stays after
    -- its text was cleared.
    writer    TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    saved_at  INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_no, place, name)
) WITHOUT ROWID;
CREATE INDEX draft_by_age ON draft (corp_id, saved_at);

-- Members see where a message was recalled. Those of small audiences are found by the index of the member.
CREATE INDEX send_recalled ON send (corp_id, unionid, seq) WHERE recalled_at IS NOT NULL AND indexed = 0;
