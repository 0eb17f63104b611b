-- Single sign-on: the settings of an organisation as JSON, and the sealed secret of its client; empty for a client without secret.
CREATE TABLE sign_on (
    corp_id  TEXT NOT NULL PRIMARY KEY,
    settings TEXT NOT NULL,
    secret   BLOB NOT NULL
) WITHOUT ROWID;

-- The member that a subject of the provider is: at most one for each member. Groups as JSON, of the last sign-in.
CREATE TABLE sign_on_link (
    corp_id      TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    subject      TEXT NOT NULL,
    member_no    INTEGER NOT NULL,
    groups       TEXT NOT NULL,
    signed_in_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, issuer, subject)
) WITHOUT ROWID;
CREATE UNIQUE INDEX sign_on_link_of_member ON sign_on_link (corp_id, member_no);

-- Attempts that were completed, so that their answer is not accepted again. Only the SHA-256 of the state is stored.
CREATE TABLE sign_on_attempt (
    corp_id    TEXT NOT NULL,
    state_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, state_hash)
) WITHOUT ROWID;
CREATE INDEX sign_on_attempt_by_expiry ON sign_on_attempt (corp_id, expires_at);

-- Whether the provider vouched for the member when the session began.
ALTER TABLE member_session ADD COLUMN by_provider INTEGER NOT NULL DEFAULT 0;
