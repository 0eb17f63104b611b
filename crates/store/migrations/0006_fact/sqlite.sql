-- What happened, one row each, in the order of arrival within its day (the digits of a date in the organisation's zone).
CREATE TABLE fact (
    corp_id   TEXT NOT NULL,
    day       INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    -- The first 16 bytes of the SHA-256 of the sender's id of it; NULL for Carillon's own facts, which are never sent twice.
    id_hash   BLOB,
    at        INTEGER NOT NULL,
    member_no INTEGER,
    -- The number of the kind, and its fields in the compact form of postcard.
    kind      INTEGER NOT NULL,
    fields    BLOB NOT NULL,
    -- Made by `carillon facts generate`.
    generated INTEGER NOT NULL,
    PRIMARY KEY (corp_id, day, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX fact_by_id ON fact (corp_id, id_hash) WHERE id_hash IS NOT NULL;

-- The days that know something of a live session or a meeting.
CREATE TABLE fact_thing (
    corp_id TEXT NOT NULL,
    kind    INTEGER NOT NULL,
    thing   TEXT NOT NULL,
    day     INTEGER NOT NULL,
    PRIMARY KEY (corp_id, kind, thing, day)
) WITHOUT ROWID;

-- A day whose statistics are kept: they hold its facts up to a place in the order of arrival. Later facts make them stale.
CREATE TABLE stat_day (
    corp_id   TEXT NOT NULL,
    day       INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    facts     INTEGER NOT NULL,
    generated INTEGER NOT NULL,
    -- Whether the part "to date" holds all earlier days as they are now.
    to_date   INTEGER NOT NULL,
    -- The organisation at the end of the day, content of stat_content.
    tree      BLOB NOT NULL,
    places    BLOB NOT NULL,
    rolled_at INTEGER NOT NULL,
    -- The facts are gone: the day accepts no more of them.
    pruned    INTEGER NOT NULL,
    PRIMARY KEY (corp_id, day)
) WITHOUT ROWID;

CREATE TABLE stat_part (
    corp_id TEXT NOT NULL,
    day     INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (corp_id, day, part)
);

-- Trees and places of organisations, by the SHA-256 of their content: most days have those of the day before.
CREATE TABLE stat_content (
    corp_id TEXT NOT NULL,
    hash    BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (corp_id, hash)
);

-- What the organisation was at the end of a day, written before its first change of a later day. A day without a row was like
-- the next one that has one; without such a row, like today.
CREATE TABLE organisation_day (
    corp_id TEXT NOT NULL,
    day     INTEGER NOT NULL,
    tree    BLOB NOT NULL,
    places  BLOB NOT NULL,
    PRIMARY KEY (corp_id, day)
) WITHOUT ROWID;

-- Members who left: statistics go on naming them.
CREATE TABLE former_member (
    corp_id    TEXT NOT NULL,
    member_no  INTEGER NOT NULL,
    userid     TEXT NOT NULL,
    unionid    TEXT NOT NULL,
    name       TEXT NOT NULL,
    job_number TEXT NOT NULL,
    PRIMARY KEY (corp_id, member_no)
) WITHOUT ROWID;
CREATE INDEX former_member_by_userid ON former_member (corp_id, userid, member_no);
