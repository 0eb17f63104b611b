//! Members.

use std::borrow::Cow;

use carillon_model::{
    audit::{Change, Subject},
    contact::{Member, Membership, Profile, mobile},
    env::Env,
    error::{Error, Result, Rule},
    event::{EventData, MemberFacts},
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};
use carillon_store::{MemberKey, PasswordOrigin, Tx};

use super::email;
use crate::{chat::assign, event, group, mint};

/// A member to add.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// `userid`; generated if absent.
    pub userid: Option<UserId>,
    /// The fields that the organisation maintains.
    pub profile: Profile,
    /// Memberships of departments, at least one.
    pub departments: Vec<Membership>,
    /// From `password::hash`; empty for a member who cannot sign in.
    pub password_hash: String,
}

/// Adds a member.
pub fn create(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, mut new: NewMember) -> Result<Member> {
    let userid = match &new.userid {
        Some(userid) => userid.clone(),
        None => mint::user_id(env),
    };
    if tx.member_no(corp, &userid)?.is_some() {
        return Err(Rule::UserIdTaken.into());
    }
    normalize_profile(tx, corp, None, &mut new.profile)?;
    check_memberships(tx, corp, &new.departments)?;
    let number = tx.next_number(corp, MEMBER_NUMBERS)?;
    let member = insert(tx, env, corp, (number, userid), new)?;
    group::joined(tx, env, corp, &[(member.no, member.departments.clone())])?;
    Ok(member)
}

/// The counter of member numbers.
pub(super) const MEMBER_NUMBERS: &str = "member";

/// Inserts a member whose fields were checked, with the next number of [`MEMBER_NUMBERS`]. The caller updates the groups that follow the
/// organisation.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (number, userid): (i64, UserId),
    new: NewMember,
) -> Result<Member> {
    let now = env.now();
    let number = u32::try_from(number).map_err(Error::internal)?;
    let member = Member {
        no: MemberNo(number),
        userid,
        unionid: mint::user_unionid(env),
        profile: new.profile,
        departments: new.departments,
        active: false,
        admin: None,
        created_at: now,
        modified_at: now,
    };
    tx.insert_members(corp, &[(member.clone(), new.password_hash)])?;
    let change = Change::created(Subject::Member, &member.userid)
        .with("name", &member.profile.name)
        .with("departments", departments(&member));
    tx.changed(corp, change);
    event::raise(tx, env, corp, EventData::MembersAdded(vec![member.userid.clone()]))?;
    Ok(member)
}

/// Changes a member with `edit`.
pub fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: &UserId,
    edit: impl FnOnce(&mut Member) -> Result<()>,
) -> Result<Member> {
    let before = get(tx, corp, userid)?;
    let mut member = before.clone();
    edit(&mut member)?;
    normalize_profile(tx, corp, Some(&before), &mut member.profile)?;
    check_memberships(tx, corp, &member.departments)?;
    replace(tx, env, corp, &before, member)
}

/// Stores changes of a member whose fields were checked.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    before: &Member,
    mut member: Member,
) -> Result<Member> {
    member.modified_at = env.now();
    tx.update_member(corp, &member)?;
    group::moved(tx, env, corp, member.no, (&before.departments, &member.departments))?;
    tx.changed(corp, difference(before, &member));
    let stays = |dept| member.departments.iter().any(|membership| membership.dept_id == dept);
    for left in before.departments.iter().map(|membership| membership.dept_id).filter(|dept| !stays(*dept)) {
        let department = &tx.state().corp(corp)?.department(left)?.department;
        if department.profile.org_dept_owner.as_ref() == Some(&member.userid) {
            tx.clear_group_owner(corp, left)?;
        }
    }
    let change = EventData::MemberChanged {
        member: member.userid.clone(),
        before: Box::new(event_fields(&before.profile)),
        after: Box::new(event_fields(&member.profile)),
    };
    event::raise(tx, env, corp, change)?;
    Ok(member)
}

/// Replaces the hash of a member's password. Ends all sessions of the member, with their open pages.
pub fn set_password(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    hash: &str,
    origin: PasswordOrigin,
) -> Result<()> {
    tx.set_password_hash(corp, member, hash, origin)?;
    if let Some((userid, _)) = tx.member_name(corp, member)? {
        tx.changed(corp, Change::updated(Subject::Member, userid).replaced("password"));
    }
    tx.delete_sessions_of(corp, member)
}

/// Sets a temporary password, made by [`password::temporary`](crate::password::temporary) outside of the unit of work. The member
/// has to choose another one after signing in with it. Ends all sessions of the member, with their open pages.
///
/// # Errors
/// [`Rule::UnknownUser`] if no member has the userid.
pub fn reset_password(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId, hash: &str) -> Result<()> {
    let member = number(tx, corp, userid)?;
    set_password(tx, corp, member, hash, PasswordOrigin::Temporary)
}

/// Ends all sessions of a member, with their open pages.
pub fn end_sessions(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<()> {
    if let Some((userid, _)) = tx.member_name(corp, member)? {
        tx.changed(corp, Change::updated(Subject::Member, userid).replaced("sessions"));
    }
    tx.delete_sessions_of(corp, member)
}

/// Notes in the audit trail that wrong passwords of a member were forgotten. They are counted in memory.
pub fn note_unlocked(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) {
    tx.changed(corp, Change::updated(Subject::Member, userid).replaced("wrong_passwords"));
}

/// Deletes a member. What the member received stays counted, and the member number is never used again. The userid is free again,
/// so nothing may refer to it any more: its next owner is another person.
pub fn delete(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId) -> Result<()> {
    let member = number(tx, corp, userid)?;
    let name = tx.member_name(corp, member)?.map(|(_, name)| name).unwrap_or_default();
    tx.changed(corp, Change::removed(Subject::Member, userid).with("name", name));
    tx.clear_manager(corp, userid)?;
    tx.delete_permits_of(corp, userid)?;
    assign::release_of_leaver(tx, corp, member)?;
    group::left(tx, env, corp, member)?;
    tx.delete_member(corp, member)?;
    event::raise(tx, env, corp, EventData::MembersLeft(vec![userid.clone()]))
}

/// Returns a member, who must exist.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<Member> {
    tx.member_by_userid(corp, userid)?.ok_or(Error::Rule(Rule::UnknownUser))
}

/// Where to search for a mobile number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MobileSearch {
    /// Only the mobile numbers of members.
    MobileAlone,
    /// Also the numbers of the logins that the organisation owns.
    WithExclusiveAccounts,
}

/// The owners of a mobile number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobileOwners {
    /// The member with this mobile number.
    pub member: Option<UserId>,
    /// Members whose login, owned by the organisation, has the number. Empty if the search did not include them.
    pub exclusive_accounts: Vec<UserId>,
}

/// Finds the owners of a mobile number, in any notation. There must be one.
pub fn by_mobile(tx: &mut Tx<'_>, corp: &CorpId, mobile: &str, search: MobileSearch) -> Result<MobileOwners> {
    let mobile = &*mobile::canonical(mobile).ok_or(Error::Rule(Rule::MobileInvalid))?;
    let member = by_key(tx, corp, MemberKey::Mobile, mobile)?;
    let exclusive_accounts = match search {
        MobileSearch::MobileAlone => Vec::new(),
        MobileSearch::WithExclusiveAccounts => tx.exclusive_accounts_of(corp, mobile)?,
    };
    if member.is_none() && exclusive_accounts.is_empty() {
        return Err(Rule::UnknownUser.into());
    }
    Ok(MobileOwners { member, exclusive_accounts })
}

/// Returns the userid of a unionid, which must be that of a member.
pub fn by_unionid(tx: &mut Tx<'_>, corp: &CorpId, unionid: &str) -> Result<UserId> {
    by_key(tx, corp, MemberKey::UnionId, unionid)?.ok_or(Error::Rule(Rule::UnknownUser))
}

fn by_key(tx: &mut Tx<'_>, corp: &CorpId, key: MemberKey, value: &str) -> Result<Option<UserId>> {
    let Some(member) = tx.member_with(corp, key, value)? else { return Ok(None) };
    Ok(tx.member_name(corp, member)?.map(|(userid, _)| userid))
}

/// Returns the number of a member, who must exist.
pub(crate) fn number(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<MemberNo> {
    tx.member_no(corp, userid)?.ok_or_else(|| Error::because(Rule::UnknownUser, userid.to_string()))
}

/// The difference of two states as an audit entry. Numbers and addresses are left out, because the audit trail outlives the
/// member.
fn difference(before: &Member, after: &Member) -> Change {
    let (was, is) = (&before.profile, &after.profile);
    Change::updated(Subject::Member, &after.userid)
        .between("name", &was.name, &is.name)
        .between("departments", departments(before), departments(after))
        .between("title", &was.title, &is.title)
        .between("job_number", &was.job_number, &is.job_number)
        .between("manager_userid", &was.manager_userid, &is.manager_userid)
        .hidden("mobile", &was.mobile, &is.mobile)
        .hidden("email", &(&was.email, &was.org_email), &(&is.email, &is.org_email))
        .hidden("telephone", &was.telephone, &is.telephone)
        .hidden("profile", was, is)
}

/// Department ids as text for the audit trail.
fn departments(member: &Member) -> String {
    member.departments.iter().map(|membership| membership.dept_id.to_string()).collect::<Vec<_>>().join(" ")
}

/// The fields of a profile that events contain.
fn event_fields(profile: &Profile) -> MemberFacts {
    MemberFacts {
        name: profile.name.clone(),
        email: profile.email.clone(),
        job_number: profile.job_number.clone(),
        work_place: profile.work_place.clone(),
        remark: profile.remark.clone(),
        telephone: profile.telephone.clone(),
        extension: profile.extension.clone(),
        manager_userid: profile.manager_userid.clone(),
        hired_date: profile.hired_date.map(Timestamp),
    }
}

/// Brings mobile numbers to their canonical form and checks the profile: values that are unique to a member must not belong to
/// another. Unchanged values are not checked, because they may be older than a rule.
pub(super) fn normalize_profile(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    before: Option<&Member>,
    profile: &mut Profile,
) -> Result<()> {
    let none = Profile::default();
    let was = before.map_or(&none, |member| &member.profile);
    let without = profile.mobile.is_empty() && profile.exclusive_account;
    if !without && (before.is_none() || profile.mobile != was.mobile) {
        normalize_mobile(&mut profile.mobile)?;
    }
    if !profile.exclusive_mobile.is_empty() && profile.exclusive_mobile != was.exclusive_mobile {
        normalize_mobile(&mut profile.exclusive_mobile)?;
    }
    for (field, address, old) in [
        ("email", &profile.email, &was.email),
        ("org_email", &profile.org_email, &was.org_email),
        ("login_email", &profile.login_email, &was.login_email),
    ] {
        if !address.is_empty() && address != old && !email::is_address(address) {
            return Err(Error::because(Rule::EmailInvalid, field));
        }
    }
    let member_no = before.map(|member| member.no);
    for (key, value, old, rule) in [
        (MemberKey::Mobile, &profile.mobile, &was.mobile, Rule::MobileTaken),
        (MemberKey::Email, &profile.email, &was.email, Rule::EmailTaken),
        (MemberKey::Telephone, &profile.telephone, &was.telephone, Rule::TelephoneTaken),
        (MemberKey::JobNumber, &profile.job_number, &was.job_number, Rule::JobNumberTaken),
    ] {
        let is_new = !value.is_empty() && value != old;
        if is_new && tx.member_with(corp, key, value)?.is_some_and(|other| Some(other) != member_no) {
            return Err(rule.into());
        }
    }
    let manager = UserId::from(profile.manager_userid.as_str());
    if !manager.as_str().is_empty()
        && profile.manager_userid != was.manager_userid
        && tx.member_no(corp, &manager)?.is_none()
    {
        return Err(Rule::UnknownManager.into());
    }
    Ok(())
}

fn normalize_mobile(number: &mut String) -> Result<()> {
    let form = match mobile::canonical(number).ok_or(Error::Rule(Rule::MobileInvalid))? {
        Cow::Borrowed(_) => return Ok(()),
        Cow::Owned(form) => form,
    };
    *number = form;
    Ok(())
}

/// Checks that there is at least one membership, and that the departments exist and are different.
fn check_memberships(tx: &mut Tx<'_>, corp: &CorpId, memberships: &[Membership]) -> Result<()> {
    let departments = &tx.state().corp(corp)?.departments;
    if memberships.is_empty() {
        return Err(Error::invalid("dept_id_list", "must name at least one department"));
    }
    for (index, membership) in memberships.iter().enumerate() {
        if !departments.contains_key(&membership.dept_id) {
            return Err(Error::because(Rule::UnknownDepartment, membership.dept_id.to_string()));
        }
        if memberships[..index].iter().any(|before| before.dept_id == membership.dept_id) {
            return Err(Error::invalid("dept_id_list", "names a department twice"));
        }
    }
    Ok(())
}
