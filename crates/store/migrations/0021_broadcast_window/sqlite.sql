-- The newest broadcasts (sends with indexed = 0) are in memory, those from first_seq on. Without a row, all are.
CREATE TABLE broadcast_window (
    corp_id   TEXT NOT NULL PRIMARY KEY,
    first_seq INTEGER NOT NULL
) WITHOUT ROWID;

-- The broadcasts before that of each account, in their order. Positions begin with 0 and have no gaps.
CREATE TABLE archived_broadcast (
    corp_id  TEXT NOT NULL,
    unionid  TEXT NOT NULL,
    position INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX archived_broadcast_by_seq ON archived_broadcast (corp_id, unionid, seq);

-- Who received any of several neighbouring ones: a row of level n is for 8^n positions from number * 8^n on. There is one for
-- each such group that is complete.
CREATE TABLE archived_receivers (
    corp_id   TEXT NOT NULL,
    unionid   TEXT NOT NULL,
    level     INTEGER NOT NULL,
    number    INTEGER NOT NULL,
    -- A Roaring bitmap, portable form.
    receivers BLOB NOT NULL,
    PRIMARY KEY (corp_id, unionid, level, number)
);

-- What is loaded at the start.
CREATE INDEX send_broadcast ON send (corp_id, seq) WHERE indexed = 0 AND recalled_at IS NULL;
