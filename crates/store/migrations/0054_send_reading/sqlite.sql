-- When a receipt arrived; NULL for one of an earlier version.
ALTER TABLE receipt ADD COLUMN read_at INTEGER;
-- Readers of a send whose receipts are folded, by the hour in which they read it, from the send on; -1 has those whose time is not
-- known. Outlives the bitmap of the readers.
CREATE TABLE send_reading (
    corp_id TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    hour    INTEGER NOT NULL,
    readers INTEGER NOT NULL,
    PRIMARY KEY (corp_id, seq, hour)
) WITHOUT ROWID;
-- The articles that were published in a period.
CREATE INDEX article_by_publication ON article (corp_id, unionid, publish_time, article_id, deleted);
