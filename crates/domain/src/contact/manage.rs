//! What operators do with members: they find, add and change them.

use std::collections::HashSet;

use carillon_model::{
    audience::Audience,
    contact::{Member, Membership, Profile},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, MemberNo, RoleId, UserId},
    operator::OperatorRole,
    spelling,
};
use carillon_store::Tx;

use super::{
    role,
    user::{self, NewMember},
};
use crate::{operator, sign_on};

/// The most characters of a search.
pub const MAX_SEARCH: usize = 64;

/// Which members to list.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// A part of the name, of its pinyin, or the userid. Empty for all.
    pub search: String,
    /// The department, with all below it.
    pub department: Option<DeptId>,
    /// Members who cannot sign in, or never did.
    pub sign_in: Option<SignInState>,
}

/// How far members are with signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInState {
    /// They have never signed in.
    Never,
    /// They have no password.
    NoPassword,
}

impl SignInState {
    /// The name in addresses and requests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::NoPassword => "no_password",
        }
    }

    /// Returns the state with a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Never, Self::NoPassword].into_iter().find(|state| state.as_str() == name)
    }
}

/// Members that a filter lets through.
pub fn find(tx: &mut Tx<'_>, corp: &CorpId, filter: &MemberFilter) -> Result<Audience> {
    let text = filter.search.trim();
    let mut found = if text.is_empty() {
        Audience::clone(&tx.state().corp(corp)?.everyone)
    } else {
        let mut found = tx.members_named_like(corp, &spelling::Query::of(text))?;
        found.extend(tx.member_no(corp, &UserId::from(text))?);
        found
    };
    if filter.sign_in == Some(SignInState::NoPassword) {
        found.intersect(&tx.members_without_password(corp)?);
    }
    let state = tx.state().corp(corp)?;
    if let Some(department) = filter.department {
        found.intersect(&state.members_below(department));
    }
    if filter.sign_in == Some(SignInState::Never) {
        found.subtract(&state.activated);
    }
    Ok(found)
}

/// Fields of a member. Absent ones stay as they are.
#[derive(Clone, Debug, Default)]
pub struct MemberEdit {
    /// The name.
    pub name: Option<String>,
    /// The mobile number.
    pub mobile: Option<String>,
    /// Whether it is hidden.
    pub hide_mobile: Option<bool>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The job number.
    pub job_number: Option<String>,
    /// The extension.
    pub telephone: Option<String>,
    /// The place of work.
    pub work_place: Option<String>,
    /// The remark.
    pub remark: Option<String>,
    /// All departments. What a member is in a department stays where the member stays.
    pub departments: Option<Vec<DeptId>>,
    /// All roles.
    pub roles: Option<Vec<RoleId>>,
}

impl MemberEdit {
    fn write(&mut self, profile: &mut Profile) {
        for (field, value) in [
            (&mut profile.name, &mut self.name),
            (&mut profile.mobile, &mut self.mobile),
            (&mut profile.email, &mut self.email),
            (&mut profile.title, &mut self.title),
            (&mut profile.job_number, &mut self.job_number),
            (&mut profile.telephone, &mut self.telephone),
            (&mut profile.work_place, &mut self.work_place),
            (&mut profile.remark, &mut self.remark),
        ] {
            if let Some(value) = value.take() {
                *field = value;
            }
        }
        profile.hide_mobile = self.hide_mobile.unwrap_or(profile.hide_mobile);
    }
}

/// Adds a member without a password: a link lets the member choose one. Without a mobile number, the userid is the login.
///
/// # Errors
/// An invalid `login` without a mobile number and a userid; those of [`user::create`].
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: Option<UserId>,
    mut edit: MemberEdit,
) -> Result<Member> {
    let has_own_login = edit.mobile.as_ref().is_none_or(String::is_empty);
    let mut profile = Profile::default();
    match (&userid, has_own_login) {
        (None, true) => return Err(Error::invalid("login", "needs a mobile number or a userid")),
        (Some(userid), true) => {
            profile.exclusive_account = true;
            "dingtalk".clone_into(&mut profile.exclusive_account_type);
            profile.login_id = userid.to_string();
        }
        (_, false) => {}
    }
    edit.write(&mut profile);
    let departments = edit.departments.take().unwrap_or_default();
    let departments = departments.into_iter().map(Membership::ordinary).collect();
    let new = NewMember { userid, profile, departments, password_hash: String::new() };
    let member = user::create(tx, env, corp, new)?;
    if let Some(roles) = &edit.roles {
        set_roles(tx, env, corp, &member.userid, roles)?;
    }
    Ok(member)
}

/// Changes a member.
///
/// # Errors
/// [`Rule::RoleDenied`] with the role that may decide how single sign-on finds an operator; those of [`user::update`] and [`set_roles`].
pub fn set(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: &UserId,
    mut edit: MemberEdit,
    by: Resets,
) -> Result<()> {
    let awaited = sign_on::awaited_identity(tx, corp, userid)?;
    let roles = edit.roles.take();
    user::update(tx, env, corp, userid, |member| {
        let departments = edit.departments.take();
        edit.write(&mut member.profile);
        if let Some(chosen) = departments {
            let mut kept: Vec<Membership> = std::mem::take(&mut member.departments);
            kept.retain(|membership| chosen.contains(&membership.dept_id));
            for id in chosen {
                if kept.iter().all(|membership| membership.dept_id != id) {
                    kept.push(Membership::ordinary(id));
                }
            }
            kept.sort_by_key(|membership| membership.dept_id);
            member.departments = kept;
        }
        Ok(())
    })?;
    if by == Resets::ExceptOperators && awaited != sign_on::awaited_identity(tx, corp, userid)? {
        return Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()));
    }
    match roles {
        Some(roles) => set_roles(tx, env, corp, userid, &roles),
        None => Ok(()),
    }
}

/// Replaces the roles of a member.
///
/// # Errors
/// [`Rule::UnknownUser`]; [`Rule::UnknownRole`], also for a role of the default group that changes.
pub fn set_roles(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId, roles: &[RoleId]) -> Result<()> {
    let member = user::number(tx, corp, userid)?;
    let held: HashSet<RoleId> = tx.roles_of(corp, member)?.into_iter().collect();
    let wanted: HashSet<RoleId> = roles.iter().copied().collect();
    let sorted = |roles: &mut dyn Iterator<Item = RoleId>| {
        let mut roles: Vec<RoleId> = roles.collect();
        roles.sort();
        roles
    };
    let granted = sorted(&mut wanted.difference(&held).copied());
    let taken = sorted(&mut held.difference(&wanted).copied());
    let users = std::slice::from_ref(userid);
    if !granted.is_empty() {
        role::give(tx, env, corp, &granted, users)?;
    }
    if !taken.is_empty() {
        role::take(tx, env, corp, &taken, users)?;
    }
    Ok(())
}

/// Returns a member whose sign-in may be reset: that of an operator would give the rights of the operator, so it is for owners.
///
/// # Errors
/// [`Rule::UnknownUser`]; [`Rule::RoleDenied`] with the role that is needed.
pub fn resettable(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId, by_owner: Resets) -> Result<MemberNo> {
    let member = tx.member_no(corp, userid)?.ok_or(Rule::UnknownUser)?;
    if by_owner == Resets::ExceptOperators && operator::is_operator(tx, corp, member)? {
        return Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()));
    }
    Ok(member)
}

/// Refuses an operator with a role of the console, whom no app may remove: it could take the console away from its owners. Decided:
/// members whom only the `operator_user_id_list` of an account names are not protected, as that list is open to apps too. An unknown
/// member passes, for the error of the operation.
///
/// # Errors
/// [`Rule::MemberIsOperator`]
pub fn require_removable_by_apps(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<()> {
    match tx.member_no(corp, userid)? {
        Some(member) if operator::has_role(tx, corp, member)? => Err(Rule::MemberIsOperator.into()),
        _ => Ok(()),
    }
}

/// Refuses an operator of any kind, for whom no app may set a password: that would give it the rights of the operator. An unknown member
/// passes, for the error of the operation.
///
/// # Errors
/// [`Rule::MemberIsOperator`]
pub fn require_resettable_by_apps(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<()> {
    match tx.member_no(corp, userid)? {
        Some(member) if operator::is_operator(tx, corp, member)? => Err(Rule::MemberIsOperator.into()),
        _ => Ok(()),
    }
}

/// Whose sign-in a caller may reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resets {
    /// That of all members: owners, and whoever may open the data folder.
    OfAll,
    /// That of members who are no operators.
    ExceptOperators,
}
