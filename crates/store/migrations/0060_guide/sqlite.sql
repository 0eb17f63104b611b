-- Organisations whose owners have put the first-run guide away. Those that work already need none.
CREATE TABLE corp_guide (
    corp_id TEXT NOT NULL PRIMARY KEY
) WITHOUT ROWID;
INSERT INTO corp_guide (corp_id) SELECT DISTINCT corp_id FROM service_account;
