//! Tokens of apps and sessions of members, through a real store.

use std::{fs, path::Path};

use carillon_domain::{
    app::{self, NewApp},
    contact::user::{self, NewMember},
    corp, password, session,
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    contact::{Membership, Profile},
    env::{Env, FixedClock},
    error::{Error, Result, Rule},
    fact::Client,
    id::{CorpId, DeptId, MemberNo, UserId},
    settings::Settings,
    time::{DAY_MS, SECOND_MS, Timestamp},
};
use carillon_store::{Store, Tx};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const START: Timestamp = Timestamp(1_760_000_000_000);
const PASSWORD: &str = "correct horse battery";

struct Fixture {
    folder: TempDir,
    store: Store,
    key: String,
    secret: String,
    corp: CorpId,
    member: MemberNo,
}

impl Fixture {
    fn new() -> Self {
        let folder = testkit::folder::empty();
        let store = Store::open(folder.path()).unwrap();
        let env = env([7; 32], 0);
        let hash = password::hash(&env, PASSWORD).unwrap();
        let signature = Signature::server(&env, "test");
        let setup = move |tx: &mut Tx<'_>| {
            let corp = corp::create(tx, &env, "测试", corp::DEFAULT_TIME_ZONE, false)?.id;
            let new = NewApp { name: "app".to_owned(), app_type: AppType::Internal, grants: [].into() };
            let (app, secret) = app::create(tx, &env, &corp, new)?;
            let profile = Profile { exclusive_account: true, ..Profile::default() };
            let departments = vec![Membership::ordinary(DeptId::ROOT)];
            let userid = Some(UserId::from("member"));
            let member = user::create(
                tx,
                &env,
                &corp,
                NewMember { userid, profile, departments, password_hash: hash },
            )?;
            Ok((app.key.to_string(), secret, corp, member.no))
        };
        let (key, secret, corp, member) = store.write_registry_blocking(signature, setup).unwrap();
        Self { folder, store, key, secret, corp, member }
    }

    /// The app's token after `ms` milliseconds, on a server with this key file.
    fn token(&self, file: [u8; 32], ms: i64) -> Result<String> {
        let (env, key, secret) = (env(file, ms), self.key.clone(), self.secret.clone());
        let signature = Signature::server(&env, "test");
        let issue = move |tx: &mut carillon_store::Tx<'_>| app::issue_token(tx, &env, &key, &secret);
        self.store.write_blocking(&self.corp, signature, issue)
    }

    /// The app's current token after `ms` milliseconds, without a change.
    fn current(&self, ms: i64) -> Result<Option<String>> {
        self.store
            .read_registry_blocking(|tx| app::current_token(tx, &env([7; 32], ms), &self.key, &self.secret))
    }

    /// When a token expires. `None` if the server does not know it.
    fn ends(&self, token: &str) -> Option<Timestamp> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        self.store.state().tokens.get(&hash).map(|token| token.expires_at)
    }
}

fn env(file: [u8; 32], ms: i64) -> Env {
    Env::system(Settings::default(), file).with_clock(FixedClock(START.plus_ms(ms)))
}

/// All bytes of all files in a folder.
fn bytes(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        all.extend(if path.is_dir() { bytes(&path) } else { fs::read(path).unwrap() });
    }
    all
}

fn holds(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|part| part == text.as_bytes())
}

#[test]
fn a_token_lives_7200_seconds_after_it_was_returned_and_is_extended_no_more_often_than_needed() {
    let fixture = Fixture::new();
    let (life, reserve) = (7_200 * SECOND_MS, 300 * SECOND_MS);
    let token = fixture.token([7; 32], 0).unwrap();
    assert_eq!(fixture.ends(&token), Some(START.plus_ms(life + reserve)));
    // No change is needed while the token is valid for the promised time.
    assert_eq!(fixture.current(0), Ok(Some(token.clone())));
    assert_eq!(fixture.current(reserve), Ok(Some(token.clone())));
    assert_eq!(fixture.current(reserve + 1), Ok(None));
    let last = life + reserve - 1;
    assert_eq!(fixture.token([7; 32], last).unwrap(), token);
    assert_eq!(
        fixture.ends(&token),
        Some(START.plus_ms(last + life + reserve)),
        "requested again, it lives on from then"
    );
    assert_eq!(fixture.current(last), Ok(Some(token.clone())));
    let ends = last + life + reserve;
    let next = fixture.token([7; 32], ends).unwrap();
    assert_ne!(next, token, "at its end there is another");
    assert_eq!(
        (fixture.ends(&token), fixture.ends(&next)),
        (None, Some(START.plus_ms(ends + life + reserve)))
    );
    let mut wrong = fixture;
    wrong.secret.push('x');
    assert_eq!(wrong.token([7; 32], 0), Err(Error::Rule(Rule::WrongAppCredentials)));
    assert_eq!(wrong.current(0), Err(Error::Rule(Rule::WrongAppCredentials)));
}

#[test]
fn a_database_alone_gives_neither_token_nor_secret_nor_session_nor_password() {
    let fixture = Fixture::new();
    let token = fixture.token([7; 32], 0).unwrap();
    let (env, corp, member) = (env([7; 32], 0), fixture.corp.clone(), fixture.member);
    let signature = Signature::server(&env, "test");
    let begin = move |tx: &mut carillon_store::Tx<'_>| session::begin(tx, &env, &corp, member, Client::Web);
    let session = fixture.store.write_blocking(&fixture.corp, signature, begin).unwrap();
    let stored = bytes(fixture.folder.path());
    assert!(holds(&stored, &fixture.key), "what is looked for would be found");
    for secret in [&token, &fixture.secret, &session, PASSWORD] {
        assert!(!holds(&stored, secret));
    }
    assert_ne!(
        fixture.token([8; 32], 0).unwrap(),
        token,
        "without the key file its nonce makes another token"
    );
}

#[test]
fn an_unused_session_lives_14_days() {
    let fixture = Fixture::new();
    let (at, corp, member) = (env([7; 32], 0), fixture.corp.clone(), fixture.member);
    let signature = Signature::server(&at, "test");
    let begin = move |tx: &mut carillon_store::Tx<'_>| session::begin(tx, &at, &corp, member, Client::Web);
    let text = fixture.store.write_blocking(&fixture.corp, signature.clone(), begin).unwrap();
    let found = |ms: i64, text: &str| {
        let found =
            fixture.store.read_registry_blocking(|tx| session::find(tx, &env([7; 32], ms), text)).unwrap();
        found.map(|session| session.member)
    };
    assert_eq!(found(14 * DAY_MS - 1, &text), Some(fixture.member));
    assert_eq!(found(14 * DAY_MS, &text), None);
    assert_eq!(found(0, &text[1..]), None);
    let ended = text.clone();
    let of = fixture.corp.clone();
    let end = move |tx: &mut carillon_store::Tx<'_>| session::end(tx, &of, &ended);
    fixture.store.write_blocking(&fixture.corp, signature, end).unwrap();
    assert_eq!(found(0, &text), None);
}
