-- Bodies of calls of an app that a developer records for a while: redacted, shortened, at most 1,000 of an organisation.
CREATE TABLE call_body (
    corp_id    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    request    TEXT NOT NULL,
    response   TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
) WITHOUT ROWID;
CREATE UNIQUE INDEX call_body_by_request ON call_body (corp_id, request_id);
