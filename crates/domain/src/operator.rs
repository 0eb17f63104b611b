//! Operators of the console: who has which role, and links by which they choose their first password.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    contact::{Membership, Profile},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, DeptId, MemberNo, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
    time::{DAY_MS, Timestamp},
};
use carillon_store::{LinkedMember, PasswordOrigin, Tx};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::{
    chat::assign,
    contact::user::{self, NewMember},
    session::{self, Browser},
    sign_on,
};

/// The beginning of the path of a link.
pub const LINK_PATH: &str = "/sign-in/link/";
/// Days until a link expires. Decided.
pub const LINK_DAYS: i64 = 3;
/// The maximum number of roles and accounts of an operator. Decided.
pub const MAX_ROLES: usize = 200;
/// The maximum number of members with granted roles in an organisation. Decided.
pub const MAX_OPERATORS: usize = 1_000;

/// A member who may work in the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The `userid`.
    pub userid: UserId,
    /// The name.
    pub name: String,
    /// The granted roles, without those of [`rights`] that follow from lists of accounts.
    pub granted: OperatorRights,
    /// Accounts that have the member in `operator_user_id_list`.
    pub operated: Vec<AccountId>,
    /// The roles by groups of the provider of single sign-on, at the last sign-in.
    pub by_groups: OperatorRights,
}

impl Operator {
    fn new(userid: UserId, name: String) -> Self {
        Self {
            userid,
            name,
            granted: OperatorRights::default(),
            operated: Vec::new(),
            by_groups: OperatorRights::default(),
        }
    }
}

/// All rights of a member: the granted roles, those of an operator of an account by `operator_user_id_list`, and those by groups of the
/// provider of single sign-on, as long as they count.
pub fn rights(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, member: MemberNo) -> Result<OperatorRights> {
    let mut rights = own_rights(tx, corp, member)?;
    let by_groups = sign_on::group_rights(tx, corp, member)?;
    if let Some(by_groups) = by_groups.filter(|by_groups| env.now() < by_groups.until) {
        rights.extend(&by_groups.rights);
    }
    Ok(rights)
}

/// Returns true if a member is an operator, also by groups that count only after signing in again. Whoever may change other members
/// must not become one of them.
pub fn is_operator(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<bool> {
    Ok(!own_rights(tx, corp, member)?.is_empty() || sign_on::group_rights(tx, corp, member)?.is_some())
}

/// Returns true if a member has a role of the console, granted or by a group, and not only a place in the `operator_user_id_list` of an
/// account.
pub fn has_role(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<bool> {
    Ok(!tx.operator_rights(corp, member)?.is_empty() || sign_on::group_rights(tx, corp, member)?.is_some())
}

/// All rights of a member, also by groups that count only after signing in again.
pub fn lasting_rights(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<OperatorRights> {
    let mut rights = own_rights(tx, corp, member)?;
    if let Some(by_groups) = sign_on::group_rights(tx, corp, member)? {
        rights.extend(&by_groups.rights);
    }
    Ok(rights)
}

/// The rights of a member without those by groups.
fn own_rights(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<OperatorRights> {
    let mut rights = tx.operator_rights(corp, member)?;
    let operated: BTreeSet<AccountId> = operated(tx, corp, member)?.into_iter().collect();
    if !operated.is_empty() {
        for role in OperatorRole::OF_ACCOUNT_OPERATORS {
            rights.add(role, AccountScope::Only(operated.clone()));
        }
    }
    Ok(rights)
}

/// Accounts that are in use and have a member in `operator_user_id_list`.
fn operated(tx: &Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<Vec<AccountId>> {
    let state = tx.state().corp(corp)?;
    let accounts = state.accounts.values().filter(|account| !account.disabled);
    Ok(accounts
        .filter(|account| state.account_audience(&account.id).operators.members().contains(member))
        .map(|account| account.id.clone())
        .collect())
}

/// All members who may work in the console, by `userid`.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<Operator>> {
    let mut operators = BTreeMap::new();
    for row in tx.operators(corp)? {
        let operator = Operator { granted: row.rights, ..Operator::new(row.userid, row.name) };
        operators.insert(operator.userid.clone(), operator);
    }
    let state = tx.state().corp(corp)?.clone();
    let lists: Vec<_> = state
        .accounts
        .values()
        .filter(|account| !account.disabled)
        .map(|account| (account.id.clone(), state.account_audience(&account.id)))
        .collect();
    let mut of_accounts = Audience::empty();
    for (_, list) in &lists {
        of_accounts.unite(list.operators.members());
    }
    for named in tx.named_members(corp, &of_accounts)?.into_values() {
        let userid = UserId::from(named.userid);
        operators.entry(userid.clone()).or_insert_with(|| Operator::new(userid, named.name));
    }
    for (account, list) in &lists {
        for userid in list.operators.userids() {
            if let Some(operator) = operators.get_mut(userid) {
                operator.operated.push(account.clone());
            }
        }
    }
    for (member, rights) in sign_on::operators_by_groups(tx, corp, MAX_OPERATORS)? {
        if let Some((userid, name)) = tx.member_name(corp, member)? {
            let operator = operators.entry(userid.clone()).or_insert_with(|| Operator::new(userid, name));
            operator.by_groups = rights;
        }
    }
    Ok(operators.into_values().collect())
}

/// Replaces the granted roles of a member. With a name, a member who does not exist is created in the root department.
///
/// # Errors
/// [`Rule::UnknownUser`]; an invalid `roles` if a role cannot be limited to accounts, an account does not exist, or the last owner
/// would lose that role.
pub fn set(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: &UserId,
    name: Option<String>,
    roles: OperatorRights,
) -> Result<()> {
    require_valid(tx, corp, &roles)?;
    let member = match (tx.member_no(corp, userid)?, name) {
        (Some(member), _) => member,
        (None, Some(name)) => create_member(tx, env, corp, userid, name)?,
        (None, None) => return Err(Rule::UnknownUser.into()),
    };
    let before = tx.operator_rights(corp, member)?;
    if before.is_owner() && !roles.is_owner() && tx.count_owners(corp, 2)? < 2 {
        return Err(Error::invalid("roles", "must contain owner: the organisation has no other owner"));
    }
    if before.is_empty() && !roles.is_empty() && tx.operators(corp)?.len() >= MAX_OPERATORS {
        return Err(Error::invalid(
            "roles",
            format!("cannot be granted: the limit is {MAX_OPERATORS} operators"),
        ));
    }
    if before == roles {
        return Ok(());
    }
    tx.set_operator_rights(corp, member, &roles)?;
    // Whoever made a link for the member before could use it to get these roles.
    tx.delete_password_links_of(corp, member)?;
    assign::release_lost(tx, corp, member)?;
    let change = match (before.is_empty(), roles.is_empty()) {
        (true, _) => Change::created(Subject::Operator, userid).with("roles", text(&roles)),
        (_, true) => Change::removed(Subject::Operator, userid).with("roles", text(&before)),
        _ => Change::updated(Subject::Operator, userid).between("roles", text(&before), text(&roles)),
    };
    tx.changed(corp, change);
    Ok(())
}

fn require_valid(tx: &Tx<'_>, corp: &CorpId, roles: &OperatorRights) -> Result<()> {
    let state = tx.state().corp(corp)?;
    let mut count = 0;
    for (role, scope) in roles.roles() {
        let AccountScope::Only(accounts) = scope else {
            count += 1;
            continue;
        };
        count += accounts.len();
        if !role.can_be_limited() {
            return Err(Error::invalid(
                "roles",
                format!("cannot limit {} to service accounts", role.as_str()),
            ));
        }
        if accounts.is_empty() {
            return Err(Error::invalid("roles", format!("must name an account for {}", role.as_str())));
        }
        if let Some(unknown) = accounts.iter().find(|account| state.account(account).is_err()) {
            return Err(Error::invalid("roles", format!("names {unknown}, which is no service account")));
        }
    }
    if count > MAX_ROLES {
        return Err(Error::invalid("roles", format!("must have at most {MAX_ROLES} entries")));
    }
    Ok(())
}

fn create_member(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: &UserId,
    name: String,
) -> Result<MemberNo> {
    let new = NewMember {
        userid: Some(userid.clone()),
        // A member without a mobile number needs a login that the organisation owns.
        profile: Profile {
            name,
            exclusive_account: true,
            exclusive_account_type: "dingtalk".to_owned(),
            login_id: userid.to_string(),
            ..Profile::default()
        },
        departments: vec![Membership::ordinary(DeptId::ROOT)],
        password_hash: String::new(),
    };
    Ok(user::create(tx, env, corp, new)?.no)
}

/// The roles as the audit trail and the command line show them: `editor(a b), owner`.
pub fn text(rights: &OperatorRights) -> String {
    let role = |(role, scope): (OperatorRole, &AccountScope)| match scope {
        AccountScope::All => role.as_str().to_owned(),
        AccountScope::Only(accounts) => {
            let accounts: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
            format!("{}({})", role.as_str(), accounts.join(" "))
        }
    };
    rights.roles().map(role).collect::<Vec<_>>().join(", ")
}

/// A link that works once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The secret text at the end of its address.
    pub text: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl Link {
    /// Returns the path of its page. The text needs no encoding.
    pub fn path(&self) -> String {
        format!("{LINK_PATH}{}", self.text)
    }
}

/// Creates a link of an operator, by granted roles or by the list of an account. Other members have resets of their own.
///
/// # Errors
/// [`Rule::UnknownUser`], also for a member who is no operator.
pub fn create_link_of_operator(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId) -> Result<Link> {
    let member = tx.member_no(corp, userid)?.ok_or(Rule::UnknownUser)?;
    if !is_operator(tx, corp, member)? {
        return Err(Rule::UnknownUser.into());
    }
    create_link(tx, env, corp, userid)
}

/// Creates a link by which a member chooses a password and signs in, once. Links that the member had before end. Only the hash is
/// stored.
///
/// # Errors
/// [`Rule::UnknownUser`].
pub fn create_link(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId) -> Result<Link> {
    let member = tx.member_no(corp, userid)?.ok_or(Rule::UnknownUser)?;
    let text = BASE64URL_NOPAD.encode(&env.random_bytes::<32>());
    let expires_at = env.now().plus_ms(LINK_DAYS * DAY_MS);
    tx.insert_password_link(corp, member, &hash(&text), expires_at)?;
    tx.changed(corp, Change::updated(Subject::Member, userid).replaced("password_link"));
    Ok(Link { text, expires_at })
}

/// The member of a link that has not expired: ask in a read of the registry.
pub fn linked_member(tx: &mut Tx<'_>, env: &Env, text: &str) -> Result<Option<LinkedMember>> {
    tx.linked_member(&hash(text), env.now())
}

/// Uses a link up: sets the password by its hash, ends all sessions of the member, and begins one. Returns its text, or `None` if the
/// link has been used or has expired.
pub fn use_link(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    text: &str,
    password_hash: &str,
    browser: Browser,
) -> Result<Option<String>> {
    let Some(linked) = linked_member(tx, env, text)?.filter(|linked| linked.corp == *corp) else {
        return Ok(None);
    };
    if sign_on::is_only_way(tx, corp)? {
        return Ok(None);
    }
    tx.delete_password_links_of(corp, linked.member)?;
    user::set_password(tx, corp, linked.member, password_hash, PasswordOrigin::Own)?;
    session::begin(tx, env, corp, linked.member, browser).map(Some)
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}
