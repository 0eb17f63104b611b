-- The ids of ingested facts, as a set in sorted parts. An index had an entry for each id, in random order: every new id changed a page
-- of its own. Existing ids are added, and the index is dropped, by the program.
CREATE TABLE fact_id (
    corp_id TEXT NOT NULL,
    -- 0 for the main set; others are runs of new ids, which are merged into larger runs, and at last into the main set.
    run     INTEGER NOT NULL,
    -- The lower bound of the ids in the part. It is empty for the first part of the main set.
    first   BLOB NOT NULL,
    -- Hashes of 16 bytes each (`fact.id_hash`), sorted.
    hashes  BLOB NOT NULL,
    PRIMARY KEY (corp_id, run, first)
) WITHOUT ROWID;
