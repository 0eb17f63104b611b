-- How an organisation looks: a colour as `#rrggbb`, and a picture with its size. Empty without.
ALTER TABLE corp ADD COLUMN accent_color TEXT NOT NULL DEFAULT '';
ALTER TABLE corp ADD COLUMN logo_media_id TEXT NOT NULL DEFAULT '';
ALTER TABLE corp ADD COLUMN logo_width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE corp ADD COLUMN logo_height INTEGER NOT NULL DEFAULT 0;

-- The short name in its addresses at position 0, then those that it had before, the newest first.
CREATE TABLE corp_short_name (
    corp_id    TEXT NOT NULL,
    position   INTEGER NOT NULL,
    short_name TEXT NOT NULL,
    PRIMARY KEY (corp_id, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX corp_by_short_name ON corp_short_name (short_name);

-- Host names of its own, the main one at position 0.
CREATE TABLE corp_host (
    corp_id  TEXT NOT NULL,
    position INTEGER NOT NULL,
    host     TEXT NOT NULL,
    PRIMARY KEY (corp_id, position)
) WITHOUT ROWID;
CREATE UNIQUE INDEX corp_by_host ON corp_host (host);

-- Who set the password: 0 the organisation, 1 the member, 2 an operator: the member has to choose another one first.
ALTER TABLE member ADD COLUMN password_origin INTEGER NOT NULL DEFAULT 0;

-- What a member sees of the own sessions. Those that there are began as long ago as they expire later.
ALTER TABLE member_session ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member_session ADD COLUMN user_agent TEXT NOT NULL DEFAULT '';
UPDATE member_session SET created_at = expires_at - 2592000000;
