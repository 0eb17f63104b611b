//! The columns of the table `member`, and how values are written to them and read from them.

use std::sync::LazyLock;

use carillon_model::{
    contact::{AdminLevel, Member, Profile},
    error::Result,
    id::CorpId,
};

use crate::sql::{Row, Value, insert_sql, update_sql};

/// The columns that find a member.
const KEY: [&str; 2] = ["corp_id", "member_no"];
/// The columns that an update sets besides [`PROFILE`].
const UPDATED: [&str; 3] = ["admin", "modified_at", "spelling"];
/// The columns that are set once, besides the key.
const INSERTED: [&str; 5] = ["userid", "unionid", "password_hash", "active", "created_at"];
/// The columns that are read besides [`PROFILE`], which follows them.
const READ: [&str; 7] = ["member_no", "userid", "unionid", "active", "admin", "created_at", "modified_at"];
/// The columns of a [`Profile`], in the order of its fields.
const PROFILE: [&str; 23] = [
    "name",
    "mobile",
    "hide_mobile",
    "telephone",
    "job_number",
    "title",
    "email",
    "org_email",
    "org_email_type",
    "work_place",
    "remark",
    "extension",
    "senior_mode",
    "hired_date",
    "manager_userid",
    "login_email",
    "exclusive_account",
    "exclusive_account_type",
    "login_id",
    "exclusive_mobile",
    "exclusive_mobile_verify_status",
    "outer_exclusive_corpid",
    "outer_exclusive_userid",
];

/// Inserts a member; the parameters are [`inserted_values`].
pub(super) static INSERT: LazyLock<String> =
    LazyLock::new(|| insert_sql("member", &[&KEY[..], &UPDATED, &PROFILE, &INSERTED].concat()));

/// Updates a member; the parameters are [`updated_values`].
pub(super) static UPDATE: LazyLock<String> =
    LazyLock::new(|| update_sql("member", &[&KEY[..], &UPDATED, &PROFILE].concat(), KEY.len()));

/// Selects a member for [`member_row`], by organisation and number.
pub(super) static SELECT: LazyLock<String> = LazyLock::new(|| {
    let columns = [&READ[..], &PROFILE].concat().join(", ");
    format!("SELECT {columns} FROM member WHERE corp_id = ?1 AND member_no = ?2")
});

/// The parameters of [`UPDATE`]. `spelling` is that of the name.
pub(super) fn updated_values<'a>(corp: &'a CorpId, member: &'a Member, spelling: &'a str) -> Vec<Value<'a>> {
    let profile = &member.profile;
    vec![
        corp.into(),
        member.no.into(),
        admin_number(member.admin).into(),
        member.modified_at.into(),
        spelling.into(),
        (&profile.name).into(),
        (&profile.mobile).into(),
        profile.hide_mobile.into(),
        (&profile.telephone).into(),
        (&profile.job_number).into(),
        (&profile.title).into(),
        (&profile.email).into(),
        (&profile.org_email).into(),
        (&profile.org_email_type).into(),
        (&profile.work_place).into(),
        (&profile.remark).into(),
        (&profile.extension).into(),
        profile.senior_mode.into(),
        profile.hired_date.into(),
        (&profile.manager_userid).into(),
        (&profile.login_email).into(),
        profile.exclusive_account.into(),
        (&profile.exclusive_account_type).into(),
        (&profile.login_id).into(),
        (&profile.exclusive_mobile).into(),
        (&profile.exclusive_mobile_verify_status).into(),
        (&profile.outer_exclusive_corpid).into(),
        (&profile.outer_exclusive_userid).into(),
    ]
}

/// The parameters of [`INSERT`]. `spelling` is that of the name.
pub(super) fn inserted_values<'a>(
    corp: &'a CorpId,
    member: &'a Member,
    spelling: &'a str,
    password_hash: &'a str,
) -> Vec<Value<'a>> {
    let mut values = updated_values(corp, member, spelling);
    values.extend([
        Value::from(&member.userid),
        (&member.unionid).into(),
        password_hash.into(),
        member.active.into(),
        member.created_at.into(),
    ]);
    values
}

/// A member without departments.
pub(super) fn member_row(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        no: row.get(0)?,
        userid: row.get(1)?,
        unionid: row.get(2)?,
        profile: profile_at(row, READ.len())?,
        departments: Vec::new(),
        active: row.get(3)?,
        admin: admin_level(row.get(4)?),
        created_at: row.get(5)?,
        modified_at: row.get(6)?,
    })
}

fn profile_at(row: &Row<'_>, first: usize) -> Result<Profile> {
    Ok(Profile {
        name: row.get(first)?,
        mobile: row.get(first + 1)?,
        hide_mobile: row.get(first + 2)?,
        telephone: row.get(first + 3)?,
        job_number: row.get(first + 4)?,
        title: row.get(first + 5)?,
        email: row.get(first + 6)?,
        org_email: row.get(first + 7)?,
        org_email_type: row.get(first + 8)?,
        work_place: row.get(first + 9)?,
        remark: row.get(first + 10)?,
        extension: row.get(first + 11)?,
        senior_mode: row.get(first + 12)?,
        hired_date: row.get(first + 13)?,
        manager_userid: row.get(first + 14)?,
        login_email: row.get(first + 15)?,
        exclusive_account: row.get(first + 16)?,
        exclusive_account_type: row.get(first + 17)?,
        login_id: row.get(first + 18)?,
        exclusive_mobile: row.get(first + 19)?,
        exclusive_mobile_verify_status: row.get(first + 20)?,
        outer_exclusive_corpid: row.get(first + 21)?,
        outer_exclusive_userid: row.get(first + 22)?,
    })
}

/// The stored number; 0 for no administrator.
pub(crate) fn admin_number(admin: Option<AdminLevel>) -> i64 {
    match admin {
        None => 0,
        Some(AdminLevel::Main) => 1,
        Some(AdminLevel::Sub) => 2,
    }
}

pub(crate) fn admin_level(number: i64) -> Option<AdminLevel> {
    match number {
        0 => None,
        1 => Some(AdminLevel::Main),
        _ => Some(AdminLevel::Sub),
    }
}
