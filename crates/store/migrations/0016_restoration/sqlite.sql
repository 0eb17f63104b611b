-- Organisations that were restored from a backup.
CREATE TABLE corp_restoration (
    corp_id     TEXT NOT NULL PRIMARY KEY,
    restored_at INTEGER NOT NULL,
    -- 1 while sends for later and events are held back.
    held        INTEGER NOT NULL
) WITHOUT ROWID;
