-- How often the apps of an organisation called in a month, yyyyMM, of its time zone; only while that is limited.
CREATE TABLE call_count (
    corp_id TEXT NOT NULL,
    month   INTEGER NOT NULL,
    calls   INTEGER NOT NULL,
    PRIMARY KEY (corp_id, month)
) WITHOUT ROWID;
