CREATE TABLE chat_group (
    corp_id              TEXT NOT NULL,
    group_no             INTEGER NOT NULL,
    open_conversation_id TEXT NOT NULL,
    title                TEXT NOT NULL,
    -- The title in lower case, for finding a group by part of its name.
    title_folded         TEXT NOT NULL,
    -- 1 all staff, 2 department, 3 other, 4 scene.
    kind                 INTEGER NOT NULL,
    dept_id              INTEGER,
    template_id          TEXT NOT NULL,
    template_name        TEXT NOT NULL,
    synced_to_drive      INTEGER NOT NULL,
    -- A JSON object of texts.
    extensions           TEXT NOT NULL,
    owner_no             INTEGER,
    creator_no           INTEGER NOT NULL,
    member_count         INTEGER NOT NULL,
    administrator_count  INTEGER NOT NULL,
    words_banned         INTEGER NOT NULL,
    used_bytes           INTEGER NOT NULL,
    created_at           INTEGER NOT NULL,
    active_at            INTEGER NOT NULL,
    dissolved_at         INTEGER,
    PRIMARY KEY (corp_id, group_no)
) WITHOUT ROWID;
CREATE UNIQUE INDEX chat_group_by_id ON chat_group (open_conversation_id);
-- The few groups whose members follow the organisation.
CREATE INDEX chat_group_that_follows ON chat_group (corp_id, kind, dept_id, group_no) WHERE kind <= 2 AND dissolved_at IS NULL;

-- Members of small groups, one row each; a large group has its members in `group_audience` instead.
CREATE TABLE group_member (
    corp_id   TEXT NOT NULL,
    group_no  INTEGER NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, group_no, member_no)
) WITHOUT ROWID;
CREATE INDEX group_member_by_member ON group_member (corp_id, member_no, group_no);

-- Members of a large group, a Roaring bitmap of member numbers.
CREATE TABLE group_audience (
    corp_id  TEXT NOT NULL,
    group_no INTEGER NOT NULL,
    members  BLOB NOT NULL,
    PRIMARY KEY (corp_id, group_no)
) WITHOUT ROWID;

CREATE TABLE group_administrator (
    corp_id   TEXT NOT NULL,
    group_no  INTEGER NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, group_no, member_no)
) WITHOUT ROWID;

-- How many members a group had at the end of each day on which that number changed.
CREATE TABLE group_size (
    corp_id  TEXT NOT NULL,
    group_no INTEGER NOT NULL,
    -- The number that its eight digits make, as 20251009.
    day      INTEGER NOT NULL,
    members  INTEGER NOT NULL,
    PRIMARY KEY (corp_id, group_no, day)
) WITHOUT ROWID;

-- Years that are over: what their numbers were made from, and the numbers of the organisation, of departments and of members.
CREATE TABLE stat_year (
    corp_id TEXT NOT NULL,
    year    INTEGER NOT NULL,
    version BLOB NOT NULL,
    PRIMARY KEY (corp_id, year)
) WITHOUT ROWID;
CREATE TABLE stat_year_part (
    corp_id TEXT NOT NULL,
    year    INTEGER NOT NULL,
    part    INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (corp_id, year, part)
);
