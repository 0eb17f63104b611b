-- One row for each thing that a unit of work changed.
CREATE TABLE audit (
    corp_id    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    action     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- The fields that differ, JSON objects of texts; no object before it was created or after it was removed.
    before     TEXT,
    after      TEXT,
    request_id TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
) WITHOUT ROWID;
CREATE INDEX audit_by_subject ON audit (corp_id, subject, subject_id, seq);
