//! Single sign-on: whom a provider may sign in, and what its groups give.

use std::collections::BTreeMap;

use carillon_domain::{
    contact::manage::{self, MemberEdit, Resets},
    operator,
    session::{self, Browser},
    sign_on::{self, Attempt, Refusal},
};
use carillon_model::{
    error::{Error, Rule},
    fact::Client,
    id::{DeptId, MemberNo, UserId},
    operator::{AccountScope, OperatorRights, OperatorRole},
    sign_on::{Identity, Logout, MAX_GROUPS, MatchBy, SignOn},
    time::{HOUR_MS, MINUTE_MS},
};
use carillon_store::{AuditFilter, PasswordOrigin};
use testkit::store::StoreFixture;

const ISSUER: &str = "https://id.example.com";

fn settings() -> SignOn {
    SignOn {
        issuer: ISSUER.to_owned(),
        client_id: "carillon".to_owned(),
        label: "Example ID".to_owned(),
        scopes: vec!["profile".to_owned()],
        match_by: MatchBy::Userid,
        userid_claim: "preferred_username".to_owned(),
        groups_claim: "groups".to_owned(),
        group_roles: BTreeMap::new(),
        enrol: false,
        only: false,
    }
}

fn identity(subject: &str, userid: &str) -> Identity {
    Identity {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        userid: Some(userid.to_owned()),
        ..Identity::default()
    }
}

fn fixture(settings: &SignOn) -> StoreFixture {
    let fixture = StoreFixture::new();
    for userid in ["ann", "bob"] {
        fixture.add_member(userid, &[DeptId::ROOT]).unwrap();
    }
    set(&fixture, settings, Some("secret")).unwrap();
    fixture
}

fn set(fixture: &StoreFixture, settings: &SignOn, secret: Option<&'static str>) -> Result<(), Error> {
    let settings = settings.clone();
    fixture.write(move |tx, env, corp| sign_on::set(tx, env, corp, &settings, secret))
}

fn field(result: Result<(), Error>) -> String {
    match result {
        Err(Error::Invalid { field, .. }) => field.into_owned(),
        other => panic!("{other:?}"),
    }
}

/// Signs in with a fresh state. Returns the text of the session and the member.
fn sign_in(fixture: &StoreFixture, identity: &Identity) -> Result<(String, MemberNo), Refusal> {
    let state: [u8; 32] = fixture.env.random_bytes();
    sign_in_with(fixture, identity, state)
}

fn sign_in_with(
    fixture: &StoreFixture,
    identity: &Identity,
    state_hash: [u8; 32],
) -> Result<(String, MemberNo), Refusal> {
    let (identity, expires_at) = (identity.clone(), fixture.env.now().plus_ms(10 * MINUTE_MS));
    let attempt = Attempt { state_hash, expires_at };
    let work = move |tx: &mut carillon_store::Tx<'_>, env: &_, corp: &_| {
        sign_on::sign_in(tx, env, corp, (&identity, attempt), Browser::from(Client::Web), None)
    };
    fixture.write(work).unwrap()
}

fn member(fixture: &StoreFixture, userid: &str) -> MemberNo {
    fixture.read(|tx, corp| tx.member_no(corp, &UserId::from(userid))).unwrap()
}

#[test]
fn settings_are_checked_field_by_field() {
    let fixture = fixture(&settings());
    let edit = |edit: fn(&mut SignOn)| {
        let mut settings = settings();
        edit(&mut settings);
        set(&fixture, &settings, Some("secret"))
    };
    for issuer in [
        "",
        "id.example.com",
        "http://id.example.com",
        "ftp://id.example.com",
        "https://a@b.example",
        "https://a.example/?x",
        "https://a.example/#x",
    ] {
        let changed = SignOn { issuer: issuer.to_owned(), ..settings() };
        assert_eq!(field(set(&fixture, &changed, Some("secret"))), "issuer", "{issuer}");
    }
    for issuer in
        ["https://id.example.com/realms/a", "http://127.0.0.1:9000", "http://localhost", "http://[::1]:1"]
    {
        let changed = SignOn { issuer: issuer.to_owned(), ..settings() };
        assert!(set(&fixture, &changed, Some("secret")).is_ok(), "{issuer}");
    }
    assert_eq!(field(edit(|settings| settings.client_id = String::new())), "client_id");
    assert_eq!(field(edit(|settings| settings.client_id = "with space".to_owned())), "client_id");
    assert_eq!(field(edit(|settings| settings.label = "标".repeat(41))), "label");
    assert!(edit(|settings| settings.label = "标".repeat(40)).is_ok());
    assert_eq!(field(edit(|settings| settings.scopes = vec![String::new()])), "scopes[0]");
    assert_eq!(field(edit(|settings| settings.scopes = vec!["a".to_owned(); 21])), "scopes");
    assert!(edit(|settings| settings.scopes = vec!["a".to_owned(); 20]).is_ok());
    assert_eq!(field(edit(|settings| settings.userid_claim = String::new())), "userid_claim");
    assert_eq!(field(edit(|settings| settings.groups_claim = "x".repeat(129))), "groups_claim");
    let roles = |count: usize| {
        (0..count)
            .map(|number| (number.to_string(), [OperatorRole::Editor].into()))
            .collect::<BTreeMap<_, _>>()
    };
    let changed = SignOn { group_roles: roles(MAX_GROUPS + 1), ..settings() };
    assert_eq!(field(set(&fixture, &changed, None)), "group_roles");
    let changed = SignOn { group_roles: roles(MAX_GROUPS), ..settings() };
    set(&fixture, &SignOn { ..settings() }, Some("secret")).unwrap();
    assert!(set(&fixture, &changed, None).is_ok());
    let changed = SignOn { groups_claim: String::new(), ..changed };
    assert_eq!(field(set(&fixture, &changed, None)), "groups_claim");
    for secret in ["with space", "密"] {
        assert_eq!(field(set(&fixture, &settings(), Some(secret))), "client_secret", "{secret}");
    }
}

#[test]
fn a_secret_is_sealed_and_never_sent_to_another_provider() {
    let fixture = fixture(&settings());
    let sealed = fixture.read(|tx, corp| tx.sign_on(corp)).unwrap().1;
    assert!(!sealed.windows(6).any(|window| window == b"secret"));
    let secret = |fixture: &StoreFixture| {
        let env = fixture.env.clone();
        fixture.read(|tx, corp| sign_on::client(tx, &env, corp)).unwrap().secret
    };
    assert_eq!(secret(&fixture).as_deref(), Some("secret"));
    let renamed = SignOn { label: "Other".to_owned(), ..settings() };
    set(&fixture, &renamed, None).unwrap();
    assert_eq!(secret(&fixture).as_deref(), Some("secret"), "kept");
    let moved = SignOn { issuer: "https://attacker.example".to_owned(), ..settings() };
    assert_eq!(field(set(&fixture, &moved, None)), "client_secret");
    let other = SignOn { client_id: "other".to_owned(), ..settings() };
    assert_eq!(field(set(&fixture, &other, None)), "client_secret");
    set(&fixture, &moved, Some("")).unwrap();
    assert_eq!(secret(&fixture), None);
    let trail = fixture.read(|tx, corp| tx.audits(corp, &AuditFilter::default(), i64::MAX, 100));
    let trail = format!("{trail:?}");
    assert!(!trail.contains("\"secret\"") && trail.contains("id.example.com"), "{trail}");
}

#[test]
fn the_subject_decides_after_the_first_sign_in() {
    let fixture = fixture(&settings());
    let (_, ann) = sign_in(&fixture, &identity("s1", "ann")).unwrap();
    assert_eq!(ann, member(&fixture, "ann"));
    // The provider renames the person, and gives the name to somebody else.
    assert_eq!(sign_in(&fixture, &identity("s1", "bob")).unwrap().1, ann);
    assert_eq!(sign_in(&fixture, &identity("s2", "ann")), Err(Refusal::LinkedToAnother));
    assert_eq!(sign_in(&fixture, &identity("s2", "nobody")), Err(Refusal::NoMember));
    assert_eq!(sign_in(&fixture, &identity("s2", "")), Err(Refusal::Unverified(MatchBy::Userid)));
    let foreign = Identity { issuer: "https://other.example".to_owned(), ..identity("s1", "ann") };
    assert_eq!(sign_in(&fixture, &foreign), Err(Refusal::Changed));
    // An operator forgets the link: the sessions end, and the name counts once more.
    let unlinked = fixture.write(|tx, _, corp| sign_on::unlink(tx, corp, &UserId::from("ann")));
    assert!(unlinked.unwrap());
    let (corp, now) = (fixture.corp.clone(), fixture.env.now());
    assert!(fixture.read(|tx, _| tx.sessions_of(&corp, ann, now, 10)).is_empty());
    assert_eq!(sign_in(&fixture, &identity("s2", "ann")).unwrap().1, ann);
}

#[test]
fn addresses_and_numbers_count_only_if_they_are_verified() {
    let fixture = fixture(&settings());
    fixture
        .write(|tx, env, corp| {
            carillon_domain::contact::user::update(tx, env, corp, &UserId::from("ann"), |member| {
                member.profile.email = "Ann@example.com".to_owned();
                member.profile.mobile = "13800000001".to_owned();
                Ok(())
            })
        })
        .unwrap();
    let by = |match_by| SignOn { match_by, ..settings() };
    let stated = |email: Option<&str>, mobile: Option<&str>| Identity {
        email: email.map(str::to_owned),
        mobile: mobile.map(str::to_owned),
        ..identity("s1", "bob")
    };
    set(&fixture, &by(MatchBy::Email), None).unwrap();
    assert_eq!(sign_in(&fixture, &stated(None, None)), Err(Refusal::Unverified(MatchBy::Email)));
    assert_eq!(sign_in(&fixture, &stated(Some("other@example.com"), None)), Err(Refusal::NoMember));
    let ann = member(&fixture, "ann");
    assert_eq!(sign_in(&fixture, &stated(Some("ann@EXAMPLE.com"), None)).unwrap().1, ann);
    fixture.write(|tx, _, corp| sign_on::unlink(tx, corp, &UserId::from("ann"))).unwrap();
    set(&fixture, &by(MatchBy::Mobile), None).unwrap();
    assert_eq!(sign_in(&fixture, &stated(None, None)), Err(Refusal::Unverified(MatchBy::Mobile)));
    assert_eq!(sign_in(&fixture, &stated(None, Some("+86 138 0000 0001"))).unwrap().1, ann);
}

#[test]
fn an_answer_is_accepted_once() {
    let mut fixture = fixture(&settings());
    let state = [7; 32];
    assert!(sign_in_with(&fixture, &identity("s1", "ann"), state).is_ok());
    assert_eq!(sign_in_with(&fixture, &identity("s1", "ann"), state), Err(Refusal::Replayed));
    // A refused one is used up as well.
    assert_eq!(sign_in_with(&fixture, &identity("s2", "nobody"), [8; 32]), Err(Refusal::NoMember));
    assert_eq!(sign_in_with(&fixture, &identity("s1", "ann"), [8; 32]), Err(Refusal::Replayed));
    fixture.later(11 * MINUTE_MS);
    assert!(
        sign_in_with(&fixture, &identity("s1", "ann"), state).is_ok(),
        "expired ones are removed on the way"
    );
}

#[test]
fn people_become_members_only_where_that_is_wanted() {
    let fixture = fixture(&SignOn { enrol: true, ..settings() });
    let new = Identity {
        name: Some("新人".to_owned()),
        email: Some("new@example.com".to_owned()),
        ..identity("s9", "new")
    };
    let (_, no) = sign_in(&fixture, &new).unwrap();
    let member = fixture.read(|tx, corp| tx.member_by_userid(corp, &UserId::from("new"))).unwrap();
    assert_eq!(member.no, no);
    assert_eq!((member.profile.name.as_str(), member.profile.email.as_str()), ("新人", "new@example.com"));
    assert_eq!(member.departments.len(), 1);
    for userid in ["", " new2", "new\n2", &"x".repeat(65)] {
        let refused = sign_in(&fixture, &identity("s10", userid));
        assert!(
            matches!(refused, Err(Refusal::InvalidUserid | Refusal::Unverified(_))),
            "{userid:?} {refused:?}"
        );
    }
    assert!(sign_in(&fixture, &identity("s10", &"x".repeat(64))).is_ok());
    // Found by e-mail, a new person may not take the userid of a member.
    set(&fixture, &SignOn { enrol: true, match_by: MatchBy::Email, ..settings() }, None).unwrap();
    let impostor = Identity { email: Some("impostor@example.com".to_owned()), ..identity("s11", "bob") };
    assert_eq!(sign_in(&fixture, &impostor), Err(Refusal::LinkedToAnother));
}

#[test]
fn without_passwords_an_owner_must_have_signed_in_before() {
    let fixture = fixture(&settings());
    fixture
        .write(|tx, env, corp| {
            let rights: OperatorRights = [(OperatorRole::Owner, AccountScope::All)].into_iter().collect();
            operator::set(tx, env, corp, &UserId::from("ann"), None, rights)
        })
        .unwrap();
    let only = SignOn { only: true, ..settings() };
    assert_eq!(field(set(&fixture, &only, None)), "only");
    sign_in(&fixture, &identity("s2", "bob")).unwrap();
    assert_eq!(field(set(&fixture, &only, None)), "only", "bob is no owner");
    sign_in(&fixture, &identity("s1", "ann")).unwrap();
    let bob = member(&fixture, "bob");
    let by_password =
        fixture.write(move |tx, env, corp| session::begin(tx, env, corp, bob, Client::Web)).unwrap();
    let by_provider = fixture
        .write(move |tx, env, corp| {
            session::begin_by_provider(tx, env, corp, bob, Browser::from(Client::Web), None)
        })
        .unwrap();
    set(&fixture, &only, None).unwrap();
    let is_live = |text: &str| {
        let (env, text) = (fixture.env.clone(), text.to_owned());
        let found = fixture.store().read_registry_blocking(move |tx| session::find(tx, &env, &text));
        found.unwrap().is_some()
    };
    assert!(!is_live(&by_password) && is_live(&by_provider));
    // Neither a password nor a link signs in.
    let signed_in = fixture
        .write(move |tx, env, corp| {
            tx.set_password_hash(corp, bob, "hash", PasswordOrigin::Own)?;
            let verified = session::VerifiedPassword { member: bob, password_hash: "hash".to_owned() };
            session::sign_in(tx, env, corp, &verified, Browser::from(Client::Web), None)
        })
        .unwrap();
    assert_eq!(signed_in, None);
    let used = fixture
        .write(|tx, env, corp| {
            let link = operator::create_link(tx, env, corp, &UserId::from("bob"))?;
            operator::use_link(tx, env, corp, &link.text, "hash2", Browser::from(Client::Web))
        })
        .unwrap();
    assert_eq!(used, None);
    fixture.write(|tx, _, corp| sign_on::remove(tx, corp)).unwrap();
    assert!(!fixture.read(sign_on::is_only_way));
}

#[test]
fn groups_give_roles_for_some_hours() {
    let group_roles = [
        ("news".to_owned(), [OperatorRole::Editor].into()),
        ("it".to_owned(), [OperatorRole::Developer].into()),
    ];
    let mut fixture = fixture(&SignOn { group_roles: group_roles.into(), ..settings() });
    let with_groups = |groups: &[&str]| Identity {
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        ..identity("s1", "ann")
    };
    let ann = member(&fixture, "ann");
    let rights = |fixture: &StoreFixture| {
        let env = fixture.env.clone();
        fixture.read(|tx, corp| operator::rights(tx, &env, corp, ann))
    };
    // A link that was made before anybody was an operator must not become one of an operator.
    let link =
        fixture.write(|tx, env, corp| operator::create_link(tx, env, corp, &UserId::from("ann"))).unwrap();
    sign_in(&fixture, &with_groups(&["news", "unknown"])).unwrap();
    assert!(
        rights(&fixture).may(&[OperatorRole::Editor]) && !rights(&fixture).may(&[OperatorRole::Developer])
    );
    let env = fixture.env.clone();
    assert_eq!(fixture.read(|tx, _| operator::linked_member(tx, &env, &link.text)), None);
    let listed = fixture.read(operator::list);
    assert_eq!((listed.len(), listed[0].userid.as_str(), listed[0].granted.is_empty()), (1, "ann", true));
    sign_in(&fixture, &with_groups(&["it"])).unwrap();
    assert!(
        !rights(&fixture).may(&[OperatorRole::Editor]) && rights(&fixture).may(&[OperatorRole::Developer])
    );
    fixture.later(12 * HOUR_MS - 1);
    assert!(!rights(&fixture).is_empty());
    fixture.later(1);
    assert!(rights(&fixture).is_empty());
    let is_operator = fixture.read(|tx, corp| operator::is_operator(tx, corp, ann));
    assert!(is_operator, "others must not reset the password of such a member");
    // The settings decide at once.
    sign_in(&fixture, &with_groups(&["it"])).unwrap();
    set(&fixture, &settings(), None).unwrap();
    assert!(rights(&fixture).is_empty());
}

#[test]
fn a_member_who_is_deleted_takes_the_link_along() {
    let fixture = fixture(&settings());
    sign_in(&fixture, &identity("s1", "ann")).unwrap();
    fixture
        .write(|tx, env, corp| carillon_domain::contact::user::delete(tx, env, corp, &UserId::from("ann")))
        .unwrap();
    assert_eq!(sign_in(&fixture, &identity("s1", "ann")), Err(Refusal::NoMember));
    assert_eq!(sign_in(&fixture, &identity("s1", "bob")).unwrap().1, member(&fixture, "bob"));
}

/// Signs in by a session at the provider.
fn sign_in_within(fixture: &StoreFixture, identity: &Identity, session: &str) -> String {
    sign_in(fixture, &Identity { session: Some(session.to_owned()), ..identity.clone() }).unwrap().0
}

fn is_alive(fixture: &StoreFixture, text: &str) -> bool {
    let (env, text) = (fixture.env.clone(), text.to_owned());
    fixture.read(|tx, _| session::find(tx, &env, &text)).is_some()
}

#[test]
fn a_sign_out_at_the_provider_ends_what_began_there() {
    let fixture = fixture(&settings());
    let (ann, bob) = (identity("s1", "ann"), identity("s2", "bob"));
    let (one, two) = (sign_in_within(&fixture, &ann, "x"), sign_in_within(&fixture, &ann, "y"));
    let (of_bob, number) = (sign_in_within(&fixture, &bob, "x"), member(&fixture, "ann"));
    let by_password =
        fixture.write(move |tx, env, corp| session::begin(tx, env, corp, number, Client::Web)).unwrap();
    let sign_out = |id: &str, subject: Option<&str>, session: Option<&str>| {
        let logout = Logout {
            issuer: ISSUER.to_owned(),
            id: id.to_owned(),
            subject: subject.map(str::to_owned),
            session: session.map(str::to_owned),
            expires_at: fixture.env.now().plus_ms(1_000),
        };
        let settings = settings();
        fixture.write(move |tx, env, corp| sign_on::sign_out(tx, env, corp, &settings, &logout)).unwrap()
    };
    let alive = || [&one, &two, &of_bob, &by_password].map(|text| is_alive(&fixture, text));
    assert!(sign_out("1", Some("nobody"), None) && sign_out("2", None, Some("z")));
    assert_eq!(alive(), [true; 4]);
    assert!(sign_out("3", Some("s1"), Some("x")));
    assert_eq!(alive(), [false, true, true, true], "a session is one of its subject");
    assert!(!sign_out("3", Some("s1"), None), "a statement counts once");
    assert_eq!(alive(), [false, true, true, true]);
    assert!(sign_out("4", Some("s1"), None));
    assert_eq!(alive(), [false, false, true, true], "a session by a password goes on");
    assert!(sign_out("5", None, Some("x")));
    assert_eq!(alive(), [false, false, false, true]);
    let trail = fixture.read(|tx, corp| tx.audits(corp, &AuditFilter::default(), i64::MAX, 100));
    assert_eq!(format!("{trail:?}").matches("session").count(), 3, "{trail:?}");
}

#[test]
fn only_an_owner_changes_what_an_operator_is_found_by() {
    let found_by = |match_by| SignOn { match_by, ..settings() };
    let fixture = fixture(&found_by(MatchBy::Email));
    let change = |userid: &'static str, by: Resets, email: Option<&str>, mobile: Option<&str>| {
        let (email, mobile) = (email.map(str::to_owned), mobile.map(str::to_owned));
        fixture.write(move |tx, env, corp| {
            let edit = MemberEdit { email, mobile, ..MemberEdit::default() };
            manage::set(tx, env, corp, &UserId::from(userid), edit, by)
        })
    };
    let refused = Err(Error::because(Rule::RoleDenied, "owner"));
    let role: OperatorRights = [(OperatorRole::Auditor, AccountScope::All)].into_iter().collect();
    fixture.write(|tx, env, corp| operator::set(tx, env, corp, &UserId::from("ann"), None, role)).unwrap();
    assert_eq!(change("ann", Resets::ExceptOperators, Some("thief@example.com"), None), refused);
    assert_eq!(change("ann", Resets::OfAll, Some("ann@example.com"), None), Ok(()));
    assert_eq!(change("ann", Resets::ExceptOperators, Some("ann@example.com"), None), Ok(()), "the same");
    assert_eq!(change("ann", Resets::ExceptOperators, Some(""), None), refused);
    assert_eq!(change("ann", Resets::ExceptOperators, None, Some("13800000001")), Ok(()), "finds nobody");
    assert_eq!(change("bob", Resets::ExceptOperators, Some("bob@example.com"), None), Ok(()), "no operator");

    set(&fixture, &found_by(MatchBy::Mobile), None).unwrap();
    assert_eq!(change("ann", Resets::ExceptOperators, None, Some("13800000002")), refused);
    assert_eq!(change("ann", Resets::ExceptOperators, Some("new@example.com"), None), Ok(()));

    // Once the operator has signed in, the subject of the provider decides.
    let stated = Identity { mobile: Some("13800000001".to_owned()), ..identity("s1", "x") };
    assert_eq!(sign_in(&fixture, &stated).unwrap().1, member(&fixture, "ann"));
    assert_eq!(change("ann", Resets::ExceptOperators, None, Some("13800000002")), Ok(()));
}
