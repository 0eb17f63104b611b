-- Roles of members in the console. An empty unionid means all service accounts.
CREATE TABLE operator_role (
    corp_id   TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    role      TEXT NOT NULL,
    unionid   TEXT NOT NULL,
    PRIMARY KEY (corp_id, member_no, role, unionid)
) WITHOUT ROWID;

-- A link that lets a member choose a password and sign in, once: at most one for each member. Only the SHA-256 of its text is stored.
CREATE TABLE password_link (
    corp_id    TEXT NOT NULL,
    member_no  INTEGER NOT NULL,
    link_hash  BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_no)
) WITHOUT ROWID;
CREATE UNIQUE INDEX password_link_by_hash ON password_link (link_hash);
CREATE INDEX password_link_by_expiry ON password_link (corp_id, expires_at);
