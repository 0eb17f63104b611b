-- Counts the commits that changed an organisation. The empty id is the registry: apps, tokens, the list of organisations.
CREATE TABLE corp_version (
    corp_id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO corp_version (corp_id, version) SELECT corp_id, 1 FROM corp;
INSERT INTO corp_version (corp_id, version) VALUES ('', 1);
DELETE FROM counter WHERE corp_id = '' AND name = 'commit';

CREATE TABLE app_grant_of_corp (
    corp_id    TEXT NOT NULL,
    app_key    TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (corp_id, app_key, permission)
) WITHOUT ROWID;
INSERT INTO app_grant_of_corp (corp_id, app_key, permission)
    SELECT app.corp_id, app_grant.app_key, app_grant.permission
    FROM app_grant JOIN app ON app.app_key = app_grant.app_key;
DROP TABLE app_grant;
ALTER TABLE app_grant_of_corp RENAME TO app_grant;

CREATE TABLE app_token_of_corp (
    corp_id    TEXT NOT NULL,
    app_key    TEXT NOT NULL,
    nonce      BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, app_key)
) WITHOUT ROWID;
INSERT INTO app_token_of_corp (corp_id, app_key, nonce, token_hash, expires_at)
    SELECT app.corp_id, app_token.app_key, app_token.nonce, app_token.token_hash, app_token.expires_at
    FROM app_token JOIN app ON app.app_key = app_token.app_key;
DROP TABLE app_token;
ALTER TABLE app_token_of_corp RENAME TO app_token;

-- What has expired is removed by organisation.
CREATE INDEX session_by_expiry ON member_session (corp_id, expires_at);
CREATE INDEX stream_ticket_by_expiry ON stream_ticket (corp_id, expires_at);
