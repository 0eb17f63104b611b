-- Imports of members from a list, which run in the background.
CREATE TABLE member_import (
    corp_id           TEXT NOT NULL,
    import_id         INTEGER NOT NULL,
    status            TEXT NOT NULL,
    file_name         TEXT NOT NULL,
    format            TEXT NOT NULL,
    -- Names of the columns, separated by commas.
    columns           TEXT NOT NULL,
    -- All lines, and those of them that could not be read.
    lines             INTEGER NOT NULL,
    unreadable        INTEGER NOT NULL,
    chunks            INTEGER NOT NULL,
    -- The number of steps of the status that are done, and of those that there are.
    step              INTEGER NOT NULL,
    steps             INTEGER NOT NULL,
    added             INTEGER NOT NULL,
    changed           INTEGER NOT NULL,
    unchanged         INTEGER NOT NULL,
    refused           INTEGER NOT NULL,
    -- Lines of which all but the manager was accepted; they are counted above too.
    partial           INTEGER NOT NULL,
    -- The first departments that are created, as JSON, and how many there are.
    departments       TEXT NOT NULL,
    department_count  INTEGER NOT NULL,
    created_at        INTEGER NOT NULL,
    created_by        TEXT NOT NULL,
    started_at        INTEGER,
    started_by        TEXT,
    ended_at          INTEGER,
    PRIMARY KEY (corp_id, import_id)
);
-- The lines of an import: each chunk is imported in one unit of work. They are sealed, since they may have passwords, and removed
-- when the import ends.
CREATE TABLE member_import_chunk (
    corp_id   TEXT NOT NULL,
    import_id INTEGER NOT NULL,
    chunk     INTEGER NOT NULL,
    content   BLOB NOT NULL,
    PRIMARY KEY (corp_id, import_id, chunk)
);
-- What became of each line, or would become of it.
CREATE TABLE member_import_line (
    corp_id   TEXT NOT NULL,
    import_id INTEGER NOT NULL,
    line      INTEGER NOT NULL,
    -- 1 if it is final: the line was imported or refused, not only checked.
    applied   INTEGER NOT NULL,
    outcome   TEXT NOT NULL,
    userid    TEXT NOT NULL,
    name      TEXT NOT NULL,
    -- Names of the columns that change, separated by commas.
    changes   TEXT NOT NULL,
    -- The problem, and the cells of the line without its password, as JSON.
    problem   TEXT,
    cells     TEXT,
    PRIMARY KEY (corp_id, import_id, line)
);
CREATE INDEX member_import_line_by_outcome ON member_import_line (corp_id, import_id, outcome, line);
CREATE INDEX member_import_line_by_userid ON member_import_line (corp_id, import_id, userid);
CREATE INDEX member_without_password ON member (corp_id, member_no) WHERE password_hash = '';
CREATE INDEX member_import_line_by_problem ON member_import_line (corp_id, import_id, line) WHERE problem IS NOT NULL;
