-- Which events an app is told, and how: at most one row for each app.
CREATE TABLE subscription (
    corp_id    TEXT NOT NULL,
    app_key    TEXT NOT NULL,
    -- Names of events or patterns of names, separated by spaces.
    patterns   TEXT NOT NULL,
    -- 'http' or 'stream'; what follows is of HTTP callbacks alone.
    push       TEXT NOT NULL,
    url        TEXT,
    -- What messages are encrypted for: 'corp' when registered by the operation, 'app' when set by the administrator.
    owner      TEXT,
    -- The signing token and the encryption key, sealed with the key of the data folder.
    secrets    BLOB,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, app_key)
) WITHOUT ROWID;

-- Channels that an app's Stream clients asked for, and when they last did.
CREATE TABLE stream_channel (
    corp_id   TEXT NOT NULL,
    app_key   TEXT NOT NULL,
    channel   TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, app_key, channel)
) WITHOUT ROWID;

-- Permits to open a Stream connection, by the SHA-256 of their text; each works once.
CREATE TABLE stream_ticket (
    ticket_hash BLOB NOT NULL PRIMARY KEY,
    corp_id     TEXT NOT NULL,
    app_key     TEXT NOT NULL,
    -- Separated by spaces.
    channels    TEXT NOT NULL,
    expires_at  INTEGER NOT NULL
) WITHOUT ROWID;

-- The outbox: one row for each app and channel that an event is meant for, written with its cause.
CREATE TABLE event (
    corp_id      TEXT NOT NULL,
    app_key      TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    event_id     TEXT NOT NULL,
    channel      TEXT NOT NULL,
    -- Events of one conversation are delivered one after the other.
    conversation TEXT NOT NULL,
    kind         TEXT NOT NULL,
    born_at      INTEGER NOT NULL,
    -- What happened, in Carillon's own form, JSON.
    data         TEXT NOT NULL,
    -- 0 waiting, 1 delivered, 2 given up.
    state        INTEGER NOT NULL,
    -- Attempts begun, those that a crash interrupted included.
    attempts     INTEGER NOT NULL,
    ended_at     INTEGER,
    -- Of one that was given up: 0 not told yet, 1 told by the newest call of the failed list, 2 forgotten by it.
    told         INTEGER NOT NULL,
    PRIMARY KEY (corp_id, app_key, seq)
) WITHOUT ROWID;
CREATE INDEX event_waiting ON event (corp_id, app_key, channel, conversation, seq) WHERE state = 0;
CREATE INDEX event_born ON event (corp_id, app_key, channel, born_at) WHERE state = 0;
CREATE INDEX event_ended ON event (corp_id, app_key, state, ended_at) WHERE state <> 0;
CREATE INDEX event_untold ON event (corp_id, app_key, told, seq) WHERE state = 2 AND told < 2;
CREATE INDEX event_by_id ON event (corp_id, app_key, event_id);

-- One row for each conversation with events waiting: its oldest event, and when that is to be tried.
CREATE TABLE event_queue (
    corp_id      TEXT NOT NULL,
    app_key      TEXT NOT NULL,
    channel      TEXT NOT NULL,
    conversation TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    -- When to try next; while leased, when the lease ends.
    due_at       INTEGER NOT NULL,
    leased       INTEGER NOT NULL,
    -- Attempts that failed and count.
    failures     INTEGER NOT NULL,
    PRIMARY KEY (corp_id, app_key, channel, conversation)
) WITHOUT ROWID;
CREATE INDEX event_queue_due ON event_queue (corp_id, app_key, channel, due_at, seq);

CREATE TABLE event_attempt (
    corp_id    TEXT NOT NULL,
    app_key    TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    took_ms    INTEGER NOT NULL,
    status     INTEGER,
    -- The first bytes of the answer.
    answer     TEXT NOT NULL,
    -- Why it does not count as delivered; empty when it does.
    problem    TEXT NOT NULL,
    PRIMARY KEY (corp_id, app_key, seq, number)
) WITHOUT ROWID;
