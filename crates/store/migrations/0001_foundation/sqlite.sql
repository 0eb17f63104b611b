CREATE TABLE corp (
    corp_id    TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    time_zone  TEXT NOT NULL,
    -- The page for signing in lists members with their passwords: only on a demonstration organisation.
    demo       INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- The last number given of each kind: members, departments, roles, articles, sends.
CREATE TABLE counter (
    corp_id TEXT NOT NULL,
    name    TEXT NOT NULL,
    value   INTEGER NOT NULL,
    PRIMARY KEY (corp_id, name)
) WITHOUT ROWID;

CREATE TABLE app (
    app_key     TEXT NOT NULL PRIMARY KEY,
    corp_id     TEXT NOT NULL,
    agent_id    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    app_type    TEXT NOT NULL,
    secret_hash BLOB NOT NULL,
    created_at  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE app_grant (
    app_key    TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (app_key, permission)
) WITHOUT ROWID;

-- The token itself is never stored: it is derived from the nonce with the key file of the data folder.
CREATE TABLE app_token (
    app_key    TEXT NOT NULL PRIMARY KEY,
    nonce      BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE service_account (
    corp_id          TEXT NOT NULL,
    unionid          TEXT NOT NULL,
    seq              INTEGER NOT NULL,
    name             TEXT NOT NULL,
    avatar_media_id  TEXT NOT NULL,
    brief            TEXT NOT NULL,
    description      TEXT NOT NULL,
    preview_media_id TEXT NOT NULL,
    disabled         INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid)
) WITHOUT ROWID;

CREATE TABLE menu (
    corp_id      TEXT NOT NULL,
    unionid      TEXT NOT NULL,
    enable_input INTEGER NOT NULL,
    stopped      INTEGER NOT NULL,
    PRIMARY KEY (corp_id, unionid)
) WITHOUT ROWID;

CREATE TABLE menu_button (
    corp_id  TEXT NOT NULL,
    unionid  TEXT NOT NULL,
    -- Place among the top buttons; the place below it, -1 for the top button itself.
    position INTEGER NOT NULL,
    child    INTEGER NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT,
    key      TEXT,
    url      TEXT,
    media_id TEXT,
    PRIMARY KEY (corp_id, unionid, position, child)
) WITHOUT ROWID;

CREATE TABLE media (
    corp_id    TEXT NOT NULL,
    media_id   TEXT NOT NULL,
    media_type TEXT NOT NULL,
    -- SHA-256 of the content in hexadecimal, its place in the object store.
    content    TEXT NOT NULL,
    size       INTEGER NOT NULL,
    mime       TEXT NOT NULL,
    file_name  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (media_id)
) WITHOUT ROWID;

CREATE TABLE article (
    corp_id          TEXT NOT NULL,
    article_id       INTEGER NOT NULL,
    unionid          TEXT NOT NULL,
    uuid             TEXT NOT NULL,
    allow_forward    INTEGER NOT NULL,
    public           INTEGER NOT NULL,
    deleted          INTEGER NOT NULL,
    publish_time     INTEGER,
    create_time      INTEGER NOT NULL,
    update_time      INTEGER NOT NULL,
    user_view_count  INTEGER NOT NULL,
    total_view_count INTEGER NOT NULL,
    PRIMARY KEY (corp_id, article_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX article_by_uuid ON article (corp_id, unionid, uuid);
-- Holds what the lists filter by, so that counting reads nothing else.
CREATE INDEX article_by_account ON article (corp_id, unionid, article_id, deleted, publish_time);

CREATE TABLE article_text (
    corp_id        TEXT NOT NULL,
    article_id     INTEGER NOT NULL,
    -- 0 the draft, 1 the copy that members read.
    published      INTEGER NOT NULL,
    title          TEXT NOT NULL,
    content        TEXT NOT NULL,
    digest         TEXT,
    thumb_media_id TEXT,
    PRIMARY KEY (corp_id, article_id, published)
);

CREATE TABLE article_reader (
    corp_id    TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    member_no  INTEGER NOT NULL,
    first_read INTEGER NOT NULL,
    PRIMARY KEY (corp_id, article_id, member_no)
) WITHOUT ROWID;

CREATE TABLE card (
    corp_id     TEXT NOT NULL,
    card_id     TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    unionid     TEXT NOT NULL,
    update_time INTEGER NOT NULL,
    PRIMARY KEY (corp_id, card_id)
) WITHOUT ROWID;
CREATE INDEX card_by_account ON card (corp_id, unionid, seq);

CREATE TABLE card_article (
    corp_id    TEXT NOT NULL,
    card_id    TEXT NOT NULL,
    position   INTEGER NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (corp_id, card_id, position)
) WITHOUT ROWID;

CREATE TABLE department (
    corp_id              TEXT NOT NULL,
    dept_id              INTEGER NOT NULL,
    parent_id            INTEGER,
    name                 TEXT NOT NULL,
    sort_order           INTEGER NOT NULL,
    source_identifier    TEXT NOT NULL,
    hide_dept            INTEGER NOT NULL,
    outer_dept           INTEGER NOT NULL,
    outer_dept_only_self INTEGER NOT NULL,
    create_dept_group    INTEGER NOT NULL,
    auto_approve_apply   INTEGER NOT NULL,
    brief                TEXT NOT NULL,
    extension            TEXT NOT NULL,
    telephone            TEXT NOT NULL,
    PRIMARY KEY (corp_id, dept_id)
) WITHOUT ROWID;

-- Who may see a hidden department, and whom members of a restricted one see.
CREATE TABLE department_permit (
    corp_id TEXT NOT NULL,
    dept_id INTEGER NOT NULL,
    -- dept_permits, user_permits, outer_permit_depts or outer_permit_users.
    list    TEXT NOT NULL,
    position INTEGER NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (corp_id, dept_id, list, position)
) WITHOUT ROWID;

CREATE TABLE member (
    corp_id                TEXT NOT NULL,
    member_no              INTEGER NOT NULL,
    userid                 TEXT NOT NULL,
    unionid                TEXT NOT NULL,
    name                   TEXT NOT NULL,
    mobile                 TEXT NOT NULL,
    hide_mobile            INTEGER NOT NULL,
    telephone              TEXT NOT NULL,
    job_number             TEXT NOT NULL,
    title                  TEXT NOT NULL,
    email                  TEXT NOT NULL,
    org_email              TEXT NOT NULL,
    org_email_type         TEXT NOT NULL,
    work_place             TEXT NOT NULL,
    remark                 TEXT NOT NULL,
    extension              TEXT NOT NULL,
    senior_mode            INTEGER NOT NULL,
    hired_date             INTEGER,
    manager_userid         TEXT NOT NULL,
    login_email            TEXT NOT NULL,
    exclusive_account      INTEGER NOT NULL,
    exclusive_account_type TEXT NOT NULL,
    login_id               TEXT NOT NULL,
    password_hash          TEXT NOT NULL,
    active                 INTEGER NOT NULL,
    admin                  INTEGER NOT NULL,
    created_at             INTEGER NOT NULL,
    modified_at            INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_no)
) WITHOUT ROWID;
CREATE UNIQUE INDEX member_by_userid ON member (corp_id, userid);
CREATE UNIQUE INDEX member_by_mobile ON member (corp_id, mobile) WHERE mobile <> '';
CREATE UNIQUE INDEX member_by_email ON member (corp_id, email) WHERE email <> '';
CREATE UNIQUE INDEX member_by_telephone ON member (corp_id, telephone) WHERE telephone <> '';
CREATE UNIQUE INDEX member_by_job_number ON member (corp_id, job_number) WHERE job_number <> '';
CREATE INDEX member_by_manager ON member (corp_id, manager_userid) WHERE manager_userid <> '';

CREATE TABLE department_member (
    corp_id    TEXT NOT NULL,
    dept_id    INTEGER NOT NULL,
    member_no  INTEGER NOT NULL,
    sort_order INTEGER NOT NULL,
    title      TEXT NOT NULL,
    leader     INTEGER NOT NULL,
    work_place TEXT NOT NULL,
    main       INTEGER NOT NULL,
    PRIMARY KEY (corp_id, dept_id, member_no)
) WITHOUT ROWID;
CREATE INDEX department_member_by_order ON department_member (corp_id, dept_id, sort_order DESC, member_no);
CREATE INDEX department_of_member ON department_member (corp_id, member_no);
CREATE INDEX department_leader ON department_member (corp_id, dept_id) WHERE leader = 1;

CREATE TABLE role_group (
    corp_id  TEXT NOT NULL,
    group_id INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (corp_id, group_id)
) WITHOUT ROWID;

CREATE TABLE role (
    corp_id  TEXT NOT NULL,
    role_id  INTEGER NOT NULL,
    group_id INTEGER NOT NULL,
    name     TEXT NOT NULL,
    PRIMARY KEY (corp_id, role_id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX role_by_name ON role (corp_id, group_id, name);

CREATE TABLE role_member (
    corp_id   TEXT NOT NULL,
    role_id   INTEGER NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, role_id, member_no)
) WITHOUT ROWID;
CREATE INDEX role_of_member ON role_member (corp_id, member_no);

CREATE TABLE member_session (
    session_hash BLOB NOT NULL PRIMARY KEY,
    corp_id      TEXT NOT NULL,
    member_no    INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) WITHOUT ROWID;

-- One row for each mass send, whatever the number of receivers.
CREATE TABLE send (
    corp_id       TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    task_id       TEXT NOT NULL,
    unionid       TEXT NOT NULL,
    uuid          TEXT NOT NULL,
    app_key       TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    -- 1 when the audience is indexed member by member in send_member, 0 when members find it by its bitmap.
    indexed       INTEGER NOT NULL,
    preview       INTEGER NOT NULL,
    -- 1 for a message to one member by name, 0 for a send to several.
    targeted      INTEGER NOT NULL,
    allow_comment INTEGER NOT NULL,
    comment_type  INTEGER NOT NULL,
    show_homepage INTEGER NOT NULL,
    recalled_at   INTEGER,
    content_hash  BLOB NOT NULL,
    -- The message in Carillon's own form, JSON.
    message       TEXT NOT NULL,
    -- Whom the send named, in Carillon's own form, JSON.
    named         TEXT NOT NULL,
    receivers     INTEGER NOT NULL,
    -- Roaring bitmaps, portable form: who received it; who has read it (receipts not folded yet are rows).
    audience      BLOB NOT NULL,
    readers       BLOB NOT NULL,
    PRIMARY KEY (corp_id, seq)
);
CREATE UNIQUE INDEX send_by_uuid ON send (corp_id, unionid, uuid);
CREATE UNIQUE INDEX send_by_task ON send (corp_id, task_id);
CREATE INDEX send_by_content ON send (corp_id, unionid, content_hash, created_at);
CREATE INDEX send_by_account ON send (corp_id, unionid, created_at, targeted);

CREATE TABLE send_member (
    corp_id   TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    unionid   TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_no, unionid, seq)
) WITHOUT ROWID;

-- Receipts wait here until they are folded into send.readers.
CREATE TABLE receipt (
    corp_id   TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, seq, member_no)
) WITHOUT ROWID;

-- How far a member has read in the conversation with an account.
CREATE TABLE read_mark (
    corp_id   TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    unionid   TEXT NOT NULL,
    seq       INTEGER NOT NULL,
    PRIMARY KEY (corp_id, member_no, unionid)
) WITHOUT ROWID;

-- What of a day's quota is used: scope is 'receivers' (key empty), or 'user' (key is the member's number).
CREATE TABLE send_quota (
    corp_id TEXT NOT NULL,
    day     TEXT NOT NULL,
    scope   TEXT NOT NULL,
    key     TEXT NOT NULL,
    used    INTEGER NOT NULL,
    PRIMARY KEY (corp_id, day, scope, key)
) WITHOUT ROWID;
