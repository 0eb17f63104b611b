//! Single sign-on: the settings of an organisation, and members who sign in by a provider.
//!
//! A member is found by what the settings name once. From then on the subject of the provider decides, so a userid, e-mail address or
//! number that the provider gives to somebody else later opens nothing.

mod logout;

use carillon_model::{
    audit::{Change, Subject},
    contact::{Member, Membership, Profile, mobile},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, MemberNo, UserId},
    name,
    operator::OperatorRights,
    sign_on::{
        GROUPS_HOURS, Identity, MAX_CLAIM_NAME, MAX_GROUPS, MAX_MEMBER_GROUPS, MatchBy, SignOn, SignOnLink,
    },
    time::{HOUR_MS, Timestamp},
};
use carillon_store::{MemberKey, SessionHash, Tx};
use url::{Host, Url};

use crate::{
    account::revision,
    chat::assign,
    contact::{
        email,
        user::{self, NewMember},
    },
    operator, seal,
    session::{self, Browser},
};

pub use logout::sign_out;

/// What the secret of the client is sealed for.
const SECRET_PURPOSE: &str = "sign_on";
/// Most characters of the label. Decided.
const MAX_LABEL: usize = 40;
/// Most characters of an issuer, an id or a secret of a client.
const MAX_TEXT: usize = 512;
/// Most scopes. Decided.
const MAX_SCOPES: usize = 20;
/// Most characters of a userid.
const MAX_USERID: usize = 64;
/// Most characters of a member's name.
const MAX_NAME: usize = 80;
/// Most bytes of the name of a session at the provider.
const MAX_SESSION_BYTES: usize = 512;

/// The settings of an organisation with the secret of the client.
pub struct Client {
    /// The settings.
    pub settings: SignOn,
    /// The secret of the client, if it has one.
    pub secret: Option<String>,
}

/// The settings of an organisation; `None` without single sign-on.
pub fn settings(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Option<SignOn>> {
    Ok(tx.sign_on(corp)?.map(|(settings, _)| settings))
}

/// What single sign-on will find an operator by at the first sign-in: whoever changes it decides who becomes the operator. `None` for
/// other members, and once the operator has signed in by the provider.
pub fn awaited_identity(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    userid: &UserId,
) -> Result<Option<(MatchBy, String)>> {
    let Some(settings) = settings(tx, corp)?.filter(|settings| settings.match_by != MatchBy::Userid) else {
        return Ok(None);
    };
    let Some(Member { no, profile, .. }) = tx.member_by_userid(corp, userid)? else { return Ok(None) };
    let is_linked = tx.sign_on_link(corp, no)?.is_some_and(|link| link.issuer == settings.issuer);
    if is_linked || !operator::is_operator(tx, corp, no)? {
        return Ok(None);
    }
    let found_by = match settings.match_by {
        MatchBy::Userid => String::new(),
        MatchBy::Email => profile.email,
        MatchBy::Mobile => profile.mobile,
    };
    Ok(Some((settings.match_by, found_by)))
}

/// Returns true if members cannot sign in by a password.
pub fn is_only_way(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    Ok(settings(tx, corp)?.is_some_and(|settings| settings.only))
}

/// The settings with the secret.
pub fn client(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<Client>> {
    let Some((settings, sealed)) = tx.sign_on(corp)? else { return Ok(None) };
    let secret = if sealed.is_empty() {
        None
    } else {
        let secret = seal::open(env, SECRET_PURPOSE, corp.as_str(), &sealed)?;
        Some(String::from_utf8(secret).map_err(Error::internal)?)
    };
    Ok(Some(Client { settings, secret }))
}

/// Returns true if the client of an organisation has a secret.
pub fn has_secret(tx: &mut Tx<'_>, corp: &CorpId) -> Result<bool> {
    Ok(tx.sign_on(corp)?.is_some_and(|(_, sealed)| !sealed.is_empty()))
}

/// The revision of the settings, also of none ([`revision`]). A secret that is stored once more makes another one, also if it is the same.
pub fn revision(tx: &mut Tx<'_>, corp: &CorpId) -> Result<String> {
    revision::hash(&tx.sign_on(corp)?)
}

/// Replaces the settings. With `only`, sessions that began with a password or a link end, that of the caller too. `secret` is `None` to keep the stored one, and empty for a client without secret. A change of the issuer or
/// of the client needs the secret again, so that it is never sent to another provider.
///
/// # Errors
/// The field that is invalid. `only` needs an owner who has signed in by the provider, because nobody could change it otherwise.
pub fn set(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, settings: &SignOn, secret: Option<&str>) -> Result<()> {
    require_valid(settings)?;
    let before = tx.sign_on(corp)?;
    let sealed = match (secret, &before) {
        (Some(""), _) => Vec::new(),
        (Some(secret), _) if is_text(secret) => {
            seal::seal(env, SECRET_PURPOSE, corp.as_str(), secret.as_bytes())?
        }
        (Some(_), _) => return Err(invalid_text("client_secret")),
        (None, Some((was, sealed)))
            if sealed.is_empty()
                || (was.issuer == settings.issuer && was.client_id == settings.client_id) =>
        {
            sealed.clone()
        }
        (None, Some(_)) => {
            return Err(Error::invalid("client_secret", "is needed again for another issuer or client"));
        }
        (None, None) => Vec::new(),
    };
    let was_only = before.as_ref().is_some_and(|(was, _)| was.only && was.issuer == settings.issuer);
    if settings.only && !was_only && !an_owner_signed_in(tx, corp, &settings.issuer)? {
        return Err(Error::invalid("only", "needs an owner who has signed in by the provider before"));
    }
    tx.set_sign_on(corp, settings, &sealed)?;
    let change = Change::updated(Subject::Corp, corp);
    let text = |settings: Option<&SignOn>| {
        settings.map(|settings| serde_json::to_string(settings).map_err(Error::internal)).transpose()
    };
    let was = text(before.as_ref().map(|(was, _)| was))?.unwrap_or_default();
    let change = change.between("sign_on", was, text(Some(settings))?.unwrap_or_default());
    let change = if secret.is_some() { change.replaced("client_secret") } else { change };
    // Whoever the provider does not vouch for would stay signed in for weeks.
    let ended = if settings.only { tx.delete_sessions_by_password(corp)? } else { 0 };
    tx.changed(corp, if ended > 0 { change.with("sessions_ended", ended) } else { change });
    assign::release_all_lost(tx, corp)
}

/// Removes the settings. Members sign in by their passwords again.
pub fn remove(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let Some((before, _)) = tx.sign_on(corp)? else { return Ok(()) };
    tx.delete_sign_on(corp)?;
    tx.changed(corp, Change::updated(Subject::Corp, corp).between("sign_on", before.issuer, ""));
    assign::release_all_lost(tx, corp)
}

fn an_owner_signed_in(tx: &mut Tx<'_>, corp: &CorpId, issuer: &str) -> Result<bool> {
    for operator in tx.operators(corp)? {
        let is_linked = operator.rights.is_owner()
            && tx.sign_on_link(corp, operator.member)?.is_some_and(|link| link.issuer == issuer);
        if is_linked {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_TEXT && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn invalid_text(field: &'static str) -> Error {
    Error::invalid(field, format!("must have 1 to {MAX_TEXT} printable ASCII characters, without spaces"))
}

fn require_valid(settings: &SignOn) -> Result<()> {
    require_issuer(&settings.issuer)?;
    if !is_text(&settings.client_id) {
        return Err(invalid_text("client_id"));
    }
    if let Some(invalid_reason) = name::invalid_reason(&settings.label, MAX_LABEL) {
        return Err(Error::invalid("label", invalid_reason));
    }
    if settings.scopes.len() > MAX_SCOPES {
        return Err(Error::invalid("scopes", format!("must be at most {MAX_SCOPES}")));
    }
    for (index, scope) in settings.scopes.iter().enumerate() {
        let is_token = scope.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\'));
        if scope.is_empty() || scope.len() > MAX_CLAIM_NAME || !is_token {
            return Err(Error::invalid(
                format!("scopes[{index}]"),
                format!(
                    "must have 1 to {MAX_CLAIM_NAME} printable ASCII characters, without spaces and quotes"
                ),
            ));
        }
    }
    if let Some(invalid_reason) = name::invalid_reason(&settings.userid_claim, MAX_CLAIM_NAME) {
        return Err(Error::invalid("userid_claim", invalid_reason));
    }
    if settings.groups_claim.is_empty() {
        if !settings.group_roles.is_empty() {
            return Err(Error::invalid(
                "groups_claim",
                "must name the claim with the groups that give roles",
            ));
        }
    } else if let Some(invalid_reason) = name::invalid_reason(&settings.groups_claim, MAX_CLAIM_NAME) {
        return Err(Error::invalid("groups_claim", invalid_reason));
    }
    if settings.group_roles.len() > MAX_GROUPS {
        return Err(Error::invalid("group_roles", format!("must name at most {MAX_GROUPS} groups")));
    }
    for (group, roles) in &settings.group_roles {
        if let Some(invalid_reason) = name::invalid_reason(group, MAX_CLAIM_NAME) {
            return Err(Error::invalid("group_roles", format!("names a group that {invalid_reason}")));
        }
        if roles.is_empty() {
            return Err(Error::invalid("group_roles", format!("names no role for {group}")));
        }
    }
    Ok(())
}

/// An issuer is compared with what tokens contain, so it is kept as it was written. Plain http is accepted for this machine alone.
fn require_issuer(issuer: &str) -> Result<()> {
    let refuse = |reason: &'static str| Err(Error::invalid("issuer", reason));
    let Some(url) = Url::parse(issuer).ok().filter(|_| issuer.chars().count() <= MAX_TEXT) else {
        return refuse("must be the address of the provider, such as https://id.example.com");
    };
    let is_local = match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
        return refuse("must begin with https://");
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return refuse("must have neither query nor fragment nor user");
    }
    Ok(())
}

/// An attempt to sign in that came back from the provider. Its answer is accepted once.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// The SHA-256 of its state.
    pub state_hash: [u8; 32],
    /// The time from which on its answer is refused anyway.
    pub expires_at: Timestamp,
}

/// Why somebody whom the provider knows cannot sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The answer of the provider was used before.
    Replayed,
    /// The organisation has no single sign-on any more, or another provider.
    Changed,
    /// The organisation has no such member.
    NoMember,
    /// The provider does not state what the settings go by, or does not state that it is verified.
    Unverified(MatchBy),
    /// The member is another subject of the provider.
    LinkedToAnother,
    /// The userid of the provider cannot be that of a member.
    InvalidUserid,
    /// Somebody else is signed in than has to confirm.
    OtherMember,
}

/// Begins the session of a member whom the provider vouches for. Returns its text and the member. It replaces the session that the
/// browser had in the organisation.
pub fn sign_in(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (identity, attempt): (&Identity, Attempt),
    browser: Browser,
    replaced: Option<&str>,
) -> Result<Result<(String, MemberNo), Refusal>> {
    let settings = match complete(tx, env, corp, identity, attempt)? {
        Ok(settings) => settings,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let member = match find_or_enrol(tx, env, corp, &settings, identity)? {
        Ok(member) => member,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let groups = identity.groups.iter().filter(|group| group.chars().count() <= MAX_CLAIM_NAME);
    let link = SignOnLink {
        issuer: identity.issuer.clone(),
        subject: identity.subject.clone(),
        groups: groups.take(MAX_MEMBER_GROUPS).cloned().collect(),
        signed_in_at: env.now(),
    };
    note_link(tx, corp, member, &settings, &link)?;
    tx.set_sign_on_link(corp, member, &link)?;
    assign::release_lost(tx, corp, member)?;
    if let Some(replaced) = replaced {
        session::end(tx, corp, replaced)?;
    }
    let provider_session = identity.session.as_deref().filter(|session| session.len() <= MAX_SESSION_BYTES);
    let session = session::begin_by_provider(tx, env, corp, member, browser, provider_session)?;
    Ok(Ok((session, member)))
}

/// Notes that the member of a session has just signed in at the provider again, for what the session alone must not allow.
pub fn confirm(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (identity, attempt): (&Identity, Attempt),
    (member, session): (MemberNo, &SessionHash),
) -> Result<Result<(), Refusal>> {
    if let Err(refusal) = complete(tx, env, corp, identity, attempt)? {
        return Ok(Err(refusal));
    }
    if tx.member_of_subject(corp, &identity.issuer, &identity.subject)? != Some(member) {
        return Ok(Err(Refusal::OtherMember));
    }
    session::reauthenticate(tx, env, corp, session)?;
    Ok(Ok(()))
}

/// Uses an attempt up. Returns the settings, if they are still those of the issuer.
fn complete(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    identity: &Identity,
    attempt: Attempt,
) -> Result<Result<SignOn, Refusal>> {
    if !tx.complete_sign_on_attempt(corp, &attempt.state_hash, env.now(), attempt.expires_at)? {
        return Ok(Err(Refusal::Replayed));
    }
    let settings = settings(tx, corp)?.filter(|settings| settings.issuer == identity.issuer);
    Ok(settings.ok_or(Refusal::Changed))
}

fn find_or_enrol(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    settings: &SignOn,
    identity: &Identity,
) -> Result<Result<MemberNo, Refusal>> {
    if let Some(member) = tx.member_of_subject(corp, &identity.issuer, &identity.subject)? {
        return Ok(Ok(member));
    }
    let found = match settings.match_by {
        MatchBy::Userid => identity.userid.as_deref().map(|value| (MemberKey::UserId, value.to_owned())),
        MatchBy::Email => identity.email.as_deref().map(|value| (MemberKey::Email, value.to_owned())),
        MatchBy::Mobile => identity.mobile.as_deref().map(|value| {
            let canonical = mobile::canonical(value);
            (MemberKey::Mobile, canonical.map_or_else(|| value.to_owned(), |number| number.into_owned()))
        }),
    };
    let Some((key, value)) = found.filter(|(_, value)| !value.is_empty()) else {
        return Ok(Err(Refusal::Unverified(settings.match_by)));
    };
    if let Some(member) = tx.member_with(corp, key, &value)? {
        let other = tx.sign_on_link(corp, member)?.is_some_and(|link| link.issuer == identity.issuer);
        return Ok(if other { Err(Refusal::LinkedToAnother) } else { Ok(member) });
    }
    if settings.enrol { enrol(tx, env, corp, identity) } else { Ok(Err(Refusal::NoMember)) }
}

/// Makes a member of somebody whom only the provider knows, in the root department and without a password.
fn enrol(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    identity: &Identity,
) -> Result<Result<MemberNo, Refusal>> {
    let is_userid = |text: &&str| name::invalid_reason(text, MAX_USERID).is_none() && text.trim() == *text;
    let Some(userid) = identity.userid.as_deref().filter(is_userid) else {
        return Ok(Err(Refusal::InvalidUserid));
    };
    let userid = UserId::from(userid);
    // Found by e-mail or number, nobody has it: the userid is that of another member.
    if tx.member_no(corp, &userid)?.is_some() {
        return Ok(Err(Refusal::LinkedToAnother));
    }
    let email = identity.email.as_deref().filter(|address| email::is_address(address)).unwrap_or_default();
    let email = match tx.member_with(corp, MemberKey::Email, email)? {
        Some(_) => "",
        None => email,
    };
    let name = identity.name.as_deref().map(str::trim);
    let name = name.filter(|name| name::invalid_reason(name, MAX_NAME).is_none());
    let new = NewMember {
        profile: Profile {
            name: name.unwrap_or(userid.as_str()).to_owned(),
            email: email.to_owned(),
            // A member without a mobile number needs a login that the organisation owns.
            exclusive_account: true,
            exclusive_account_type: "dingtalk".to_owned(),
            login_id: userid.to_string(),
            ..Profile::default()
        },
        userid: Some(userid),
        departments: vec![Membership::ordinary(DeptId::ROOT)],
        password_hash: String::new(),
    };
    Ok(Ok(user::create(tx, env, corp, new)?.no))
}

/// Writes to the audit trail when a member is linked, or when other groups give other roles.
fn note_link(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    member: MemberNo,
    settings: &SignOn,
    link: &SignOnLink,
) -> Result<()> {
    let before = tx.sign_on_link(corp, member)?;
    let Some((userid, _)) = tx.member_name(corp, member)? else { return Ok(()) };
    if before.as_ref().is_none_or(|before| before.issuer != link.issuer) {
        tx.changed(corp, Change::updated(Subject::Member, &userid).with("sign_on_issuer", &link.issuer));
    }
    let roles = |link: Option<&SignOnLink>| {
        crate::operator::text(&link.map(|link| settings.rights_of(&link.groups)).unwrap_or_default())
    };
    let (was, is) = (roles(before.as_ref()), roles(Some(link)));
    if was != is {
        // Whoever made a link for the member before could use it to get these roles.
        tx.delete_password_links_of(corp, member)?;
        tx.changed(corp, Change::updated(Subject::Operator, &userid).between("group_roles", was, is));
    }
    Ok(())
}

/// Forgets which subject of the provider a member is. The next sign-in finds the member anew. Ends all sessions of the member.
///
/// # Errors
/// [`Rule::UnknownUser`].
pub fn unlink(tx: &mut Tx<'_>, corp: &CorpId, userid: &UserId) -> Result<bool> {
    let member = tx.member_no(corp, userid)?.ok_or(Rule::UnknownUser)?;
    if !tx.delete_sign_on_link(corp, member)? {
        return Ok(false);
    }
    tx.changed(corp, Change::updated(Subject::Member, userid).replaced("sign_on_link"));
    assign::release_lost(tx, corp, member)?;
    tx.delete_sessions_of(corp, member)?;
    Ok(true)
}

/// The rights that groups of the provider give a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRights {
    /// The rights.
    pub rights: OperatorRights,
    /// Until when they count: some hours after the sign-in that stated the groups, so that somebody who left a group loses them.
    pub until: Timestamp,
}

/// The rights that groups of the provider give a member; `None` if they give none.
pub fn group_rights(tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<Option<GroupRights>> {
    let Some(settings) = settings(tx, corp)?.filter(|settings| !settings.group_roles.is_empty()) else {
        return Ok(None);
    };
    let link = tx.sign_on_link(corp, member)?.filter(|link| link.issuer == settings.issuer);
    let rights = link.map(|link| GroupRights {
        rights: settings.rights_of(&link.groups),
        until: link.signed_in_at.plus_ms(GROUPS_HOURS * HOUR_MS),
    });
    Ok(rights.filter(|groups| !groups.rights.is_empty()))
}

/// Members whom groups of the provider gave rights at their last sign-in, with the rights.
pub fn operators_by_groups(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    limit: usize,
) -> Result<Vec<(MemberNo, OperatorRights)>> {
    let Some(settings) = settings(tx, corp)?.filter(|settings| !settings.group_roles.is_empty()) else {
        return Ok(Vec::new());
    };
    let links = tx.sign_on_links_with_groups(corp, limit)?;
    let links = links.into_iter().filter(|(_, link)| link.issuer == settings.issuer);
    let operators = links.map(|(member, link)| (member, settings.rights_of(&link.groups)));
    Ok(operators.filter(|(_, rights)| !rights.is_empty()).collect())
}
