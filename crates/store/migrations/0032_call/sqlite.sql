-- Calls of operations that succeeded, without bodies. `seq` counts the calls of each table.
CREATE TABLE accepted_call (
    corp_id    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    operation  TEXT NOT NULL,
    -- app, operator, member or local; and the key of the app or the userid of the operator, empty for the others.
    caller     TEXT NOT NULL,
    caller_id  TEXT NOT NULL,
    status     INTEGER NOT NULL,
    micros     INTEGER NOT NULL,
    -- loopback, private or public; empty on the socket of the data folder.
    address    TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
) WITHOUT ROWID;
CREATE INDEX accepted_call_by_caller ON accepted_call (corp_id, caller_id, seq);
CREATE INDEX accepted_call_by_operation ON accepted_call (corp_id, operation, seq);
CREATE UNIQUE INDEX accepted_call_by_request ON accepted_call (corp_id, request_id);

-- The same for calls that were refused, with what their explanation needs.
CREATE TABLE refused_call (
    corp_id    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    -- `none` for a path that no operation has.
    operation  TEXT NOT NULL,
    caller     TEXT NOT NULL,
    caller_id  TEXT NOT NULL,
    status     INTEGER NOT NULL,
    micros     INTEGER NOT NULL,
    address    TEXT NOT NULL,
    -- The code of the response as the caller got it: a number on the legacy host, a text on the v1.0 host.
    code       TEXT NOT NULL,
    message    TEXT NOT NULL,
    -- The name of the broken rule; `field` for a field that was not accepted, `fault` for an error of the server.
    cause      TEXT NOT NULL,
    -- The field, or what else the rule is about: permissions, a limit, a time.
    detail     TEXT NOT NULL,
    -- Method and path, if they were wrong.
    path       TEXT NOT NULL,
    -- Ids in the request, a JSON object of texts.
    ids        TEXT NOT NULL,
    PRIMARY KEY (corp_id, seq)
) WITHOUT ROWID;
CREATE INDEX refused_call_by_caller ON refused_call (corp_id, caller_id, seq);
CREATE INDEX refused_call_by_operation ON refused_call (corp_id, operation, seq);
CREATE UNIQUE INDEX refused_call_by_request ON refused_call (corp_id, request_id);

-- How many calls of an hour were not recorded, because there were too many.
CREATE TABLE unrecorded_call (
    corp_id TEXT NOT NULL,
    -- The start of the hour.
    hour    INTEGER NOT NULL,
    calls   INTEGER NOT NULL,
    PRIMARY KEY (corp_id, hour)
) WITHOUT ROWID;
