-- What only an update of a department can set, and its group chat's settings.
ALTER TABLE department ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE department ADD COLUMN auto_add_user INTEGER NOT NULL DEFAULT 0;
ALTER TABLE department ADD COLUMN group_contain_sub_dept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE department ADD COLUMN group_contain_outer_dept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE department ADD COLUMN group_contain_hidden_dept INTEGER NOT NULL DEFAULT 0;
-- A userid; empty when nobody owns the group chat.
ALTER TABLE department ADD COLUMN org_dept_owner TEXT NOT NULL DEFAULT '';

-- member.admin is 0 for nobody special, 1 for the main administrator, 2 for another one.
CREATE INDEX member_admin ON member (corp_id, admin, member_no) WHERE admin > 0;
CREATE INDEX member_active ON member (corp_id, member_no) WHERE active = 1;
CREATE UNIQUE INDEX member_by_unionid ON member (corp_id, unionid);

ALTER TABLE member ADD COLUMN exclusive_mobile TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN exclusive_mobile_verify_status TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN outer_exclusive_corpid TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN outer_exclusive_userid TEXT NOT NULL DEFAULT '';
CREATE INDEX member_by_exclusive_mobile ON member (corp_id, exclusive_mobile, member_no) WHERE exclusive_mobile <> '';

-- The name in Latin letters, as it is searched and sorted: full pinyin, a space, its initials.
ALTER TABLE member ADD COLUMN spelling TEXT NOT NULL DEFAULT '';
-- A search by a part of the name reads this index from end to end, and nothing else.
CREATE INDEX member_by_name ON member (corp_id, name, spelling, member_no);

-- Translated attributes of the position, JSON text.
ALTER TABLE department_member ADD COLUMN extension_i18n TEXT NOT NULL DEFAULT '';

-- 1 when the member manages through the role only the departments in role_scope, 0 when everybody.
ALTER TABLE role_member ADD COLUMN scoped INTEGER NOT NULL DEFAULT 0;
CREATE TABLE role_scope (
    corp_id   TEXT NOT NULL,
    role_id   INTEGER NOT NULL,
    member_no INTEGER NOT NULL,
    dept_id   INTEGER NOT NULL,
    PRIMARY KEY (corp_id, role_id, member_no, dept_id)
) WITHOUT ROWID;
CREATE INDEX role_scope_of_department ON role_scope (corp_id, dept_id);

-- Who was active on a day, a bitmap; members not folded into it yet are rows of active_member.
CREATE TABLE active_day (
    corp_id TEXT NOT NULL,
    day     TEXT NOT NULL,
    members BLOB NOT NULL,
    PRIMARY KEY (corp_id, day)
);
CREATE TABLE active_member (
    corp_id   TEXT NOT NULL,
    day       TEXT NOT NULL,
    member_no INTEGER NOT NULL,
    PRIMARY KEY (corp_id, day, member_no)
) WITHOUT ROWID;
