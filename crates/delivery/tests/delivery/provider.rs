//! Providers of single sign-on: what is accepted of them, and what is not.

use std::{collections::HashMap, net::TcpListener};

use axum::http::StatusCode;
use carillon_delivery::{ProviderClientSettings, Providers};
use carillon_model::{
    env::{Env, FixedClock},
    settings::Settings,
    sign_on::{Answer, Begun, Identity, MatchBy, ProviderError, SignOn},
    time::{MINUTE_MS, Timestamp},
};
use serde_json::{Value, json};
use testkit::provider::{CLIENT_ID, CLIENT_SECRET, Provider, Signing};

use crate::fixture::fast_settings;

pub const NOW: Timestamp = Timestamp(1_764_000_000_000);
const REDIRECT: &str = "http://carillon.example/sign-in/provider/callback";

pub fn seconds(time: Timestamp) -> i64 {
    time.0 / 1_000
}

pub struct Case {
    pub provider: Provider,
    pub providers: Providers,
    pub settings: SignOn,
    pub env: Env,
}

impl Case {
    pub fn new() -> Self {
        let provider = Provider::start("subject1", seconds(NOW));
        let settings = SignOn {
            issuer: provider.issuer.clone(),
            client_id: CLIENT_ID.to_owned(),
            label: "ID".to_owned(),
            scopes: vec!["profile".to_owned()],
            match_by: MatchBy::Userid,
            userid_claim: "preferred_username".to_owned(),
            groups_claim: "realm_access.roles".to_owned(),
            group_roles: Default::default(),
            enrol: false,
            only: false,
        };
        let env = Env::system(Settings::default(), [1; 32]).with_clock(FixedClock(NOW));
        Self { provider, providers: providers(&["127.0.0.1"]), settings, env }
    }

    pub fn at(&self, after_ms: i64) -> Env {
        self.env.with_clock(FixedClock(NOW.plus_ms(after_ms)))
    }

    fn client(&self) -> ProviderClientSettings<'_> {
        ProviderClientSettings {
            settings: &self.settings,
            secret: Some(CLIENT_SECRET),
            redirect_uri: REDIRECT,
        }
    }

    async fn begin(&self, confirms: bool) -> Begun {
        self.begin_at(&self.env, confirms).await
    }

    async fn begin_at(&self, env: &Env, confirms: bool) -> Begun {
        self.providers.begin(env, self.client(), confirms).await.unwrap()
    }

    /// Signs in at the provider, and redeems the code.
    pub async fn sign_in(&self) -> Result<Identity, ProviderError> {
        let begun = self.begin(false).await;
        let code = code(&begun).await;
        self.redeem(&self.env, begun, code, false).await
    }

    async fn redeem(
        &self,
        env: &Env,
        begun: Begun,
        code: String,
        confirms: bool,
    ) -> Result<Identity, ProviderError> {
        let answer = Answer { code, nonce: begun.nonce, verifier: begun.verifier, confirms };
        self.providers.redeem(env, self.client(), answer).await
    }
}

fn providers(allow: &[&str]) -> Providers {
    let mut settings = fast_settings();
    settings.allow = allow.iter().map(|range| (*range).to_owned()).collect();
    Providers::new(&settings).unwrap()
}

fn query(url: &str) -> HashMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

/// Goes to the provider as a browser does. Returns the code that comes back.
async fn code(begun: &Begun) -> String {
    let url = begun.url.clone();
    let location = tokio::task::spawn_blocking(move || {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        let agent: ureq::Agent = config.build().into();
        let answer = agent.get(url).call().unwrap();
        answer.headers()["location"].to_str().unwrap().to_owned()
    });
    let location = location.await.unwrap();
    assert!(location.starts_with(REDIRECT), "{location}");
    let returned = query(&location);
    assert_eq!(returned["state"], begun.state);
    returned["code"].clone()
}

fn invalid(result: Result<Identity, ProviderError>) -> String {
    match result {
        Err(ProviderError::Invalid(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_claims_of_the_token_become_an_identity() {
    let case = Case::new();
    case.provider.sign_in_as(json!({
        "sub": "subject1", "preferred_username": "ann", "email": "ann@example.com", "email_verified": true,
        "phone_number": "+86-13800000000", "phone_number_verified": true, "name": " 安 Ann ",
        "realm_access": { "roles": ["news", "hr", 7] }, "sid": "session1",
    }));
    let identity = case.sign_in().await.unwrap();
    let expected = Identity {
        issuer: case.provider.issuer.clone(),
        subject: "subject1".to_owned(),
        userid: Some("ann".to_owned()),
        email: Some("ann@example.com".to_owned()),
        mobile: Some("+86-13800000000".to_owned()),
        name: Some("安 Ann".to_owned()),
        groups: vec!["news".to_owned(), "hr".to_owned()],
        session: Some("session1".to_owned()),
    };
    assert_eq!(identity, expected);
    assert_eq!(case.provider.requests("/userinfo"), 0, "the token states everything");

    // What is not verified does not count, whatever the token says.
    case.provider.behave(|behaviour| {
        for (name, value) in [("email_verified", json!(false)), ("phone_number_verified", Value::Null)] {
            behaviour.claims.insert(name.to_owned(), value);
        }
    });
    let identity = case.sign_in().await.unwrap();
    assert_eq!((identity.email, identity.mobile), (None, None));
    // The configuration and the keys were read once.
    assert_eq!((case.provider.requests("/keys"), case.provider.requests("/token")), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_token_leaves_out_comes_from_userinfo() {
    let case = Case::new();
    case.provider.behave(|behaviour| {
        behaviour.user_info =
            json!({ "preferred_username": "ann", "email": "a@example.com", "email_verified": "true" })
                .as_object()
                .cloned()
                .unwrap();
    });
    let identity = case.sign_in().await.unwrap();
    assert_eq!((identity.userid.as_deref(), identity.email.as_deref()), (Some("ann"), Some("a@example.com")));
    // Of somebody else.
    case.provider.behave(|behaviour| {
        behaviour.user_info.insert("sub".to_owned(), json!("subject2"));
    });
    assert!(invalid(case.sign_in().await).starts_with("userinfo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_others_are_refused() {
    let case = Case::new();
    let now = seconds(NOW);
    for (name, value, reason) in [
        ("nonce", json!("of another sign-in"), "nonce"),
        ("nonce", Value::Null, "nonce"),
        ("aud", json!("another-client"), "audience"),
        ("aud", json!([CLIENT_ID, "another-client"]), "audience"),
        ("iss", json!("https://other.example"), "issuer"),
        ("exp", json!(now - 121), "expired"),
        ("iat", json!(now + 121), "future"),
        ("iat", json!(now - 601), "long ago"),
        ("sub", Value::Null, "sub"),
    ] {
        let before = case.provider.issuer.clone();
        case.provider.behave(|behaviour| {
            behaviour.claims.insert(name.to_owned(), value.clone());
        });
        let reason_found = invalid(case.sign_in().await).to_lowercase();
        assert!(reason_found.contains(reason), "{name} {value}: {reason_found} {before}");
        case.provider.sign_in_as(json!({ "sub": "subject1" }));
    }
    // Clocks may differ a little.
    for (name, value) in [("exp", now - 119), ("iat", now + 119), ("iat", now - 599)] {
        case.provider.behave(|behaviour| {
            behaviour.claims.insert(name.to_owned(), json!(value));
        });
        assert!(case.sign_in().await.is_ok(), "{name}");
        case.provider.sign_in_as(json!({ "sub": "subject1" }));
    }
    // Only the key of the provider signs. The secret of the client is no key, even if the provider says so.
    for signing in [Signing::None, Signing::Secret, Signing::ForeignKey] {
        case.provider.behave(|behaviour| behaviour.signing = signing);
        assert!(invalid(case.sign_in().await).contains("id_token"), "{signing:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_belongs_to_the_browser_that_requested_it() {
    let case = Case::new();
    let (mine, other) = (case.begin(false).await, case.begin(false).await);
    assert!(mine.state != other.state && mine.nonce != other.nonce && mine.verifier != other.verifier);
    assert!(!mine.url.contains(&mine.verifier));
    let stolen = code(&other).await;
    let refused = case.redeem(&case.env, mine, stolen.clone(), false).await;
    assert!(
        matches!(&refused, Err(ProviderError::Refused(reason)) if reason.contains("invalid_grant")),
        "{refused:?}"
    );
    let refused = case.redeem(&case.env, other, stolen, false).await;
    assert!(matches!(refused, Err(ProviderError::Refused(_))), "a code works once");
    let wrong_secret = ProviderClientSettings { secret: Some("other"), ..case.client() };
    let begun = case.begin(false).await;
    let answer =
        Answer { code: code(&begun).await, nonce: begun.nonce, verifier: begun.verifier, confirms: false };
    let refused = case.providers.redeem(&case.env, wrong_secret, answer).await;
    assert!(
        matches!(&refused, Err(ProviderError::Refused(reason)) if reason.contains("invalid_client")),
        "{refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_read_again_when_the_provider_changes_them() {
    let case = Case::new();
    case.sign_in().await.unwrap();
    case.provider.rotate_key();
    assert!(case.sign_in().await.is_err(), "keys were read a moment ago");
    assert_eq!(case.provider.requests("/keys"), 1);
    let later = case.at(MINUTE_MS);
    let begun = case.begin_at(&later, false).await;
    let code_of = code(&begun).await;
    assert!(case.redeem(&later, begun, code_of, false).await.is_ok());
    assert_eq!(case.provider.requests("/keys"), 2);
    // A stranger with unknown keys does not make this server read them again and again.
    case.provider.behave(|behaviour| behaviour.signing = Signing::ForeignKey);
    for _ in 0..3 {
        let begun = case.begin_at(&later, false).await;
        let code_of = code(&begun).await;
        assert!(case.redeem(&later, begun, code_of, false).await.is_err());
    }
    assert_eq!(case.provider.requests("/keys"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_down_is_known_until_it_is_back() {
    let case = Case::new();
    case.provider.behave(|behaviour| behaviour.status = StatusCode::SERVICE_UNAVAILABLE);
    let begin = async |env: &Env| case.providers.begin(env, case.client(), false).await;
    for _ in 0..3 {
        assert!(matches!(begin(&case.env).await, Err(ProviderError::Invalid(_))));
    }
    let path = "/.well-known/openid-configuration";
    assert_eq!(case.provider.requests(path), 1, "a failure is remembered for some seconds");
    case.provider.behave(|behaviour| behaviour.status = StatusCode::OK);
    assert!(begin(&case.at(5_000)).await.is_ok());
    // Down again: what is known is enough to begin, until it is an hour old.
    case.provider.behave(|behaviour| behaviour.status = StatusCode::SERVICE_UNAVAILABLE);
    assert!(begin(&case.at(59 * MINUTE_MS)).await.is_ok());
    assert!(begin(&case.at(61 * MINUTE_MS)).await.is_err());

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let settings = SignOn { issuer: format!("http://{closed}"), ..case.settings.clone() };
    let of = ProviderClientSettings { settings: &settings, ..case.client() };
    assert_eq!(case.providers.begin(&case.env, of, false).await.unwrap_err(), ProviderError::Unreachable);
    let guarded = providers(&[]).begin(&case.env, case.client(), false).await;
    assert_eq!(guarded.unwrap_err(), ProviderError::Forbidden, "internal addresses have to be allowed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_of_another_issuer_is_refused() {
    for (name, value) in [
        ("issuer", json!("https://other.example")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("token_endpoint", Value::Null),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("filler", json!("x".repeat(1 << 20))),
    ] {
        let case = Case::new();
        case.provider.behave(|behaviour| {
            behaviour.configuration.insert(name.to_owned(), value);
        });
        let begun = case.providers.begin(&case.env, case.client(), false).await;
        let refused = match begun {
            Err(error) => error,
            Ok(begun) => {
                let code = code(&begun).await;
                case.redeem(&case.env, begun, code, false).await.unwrap_err()
            }
        };
        assert!(matches!(refused, ProviderError::Invalid(_)), "{name}: {refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_needs_a_sign_in_of_a_moment_ago() {
    let case = Case::new();
    let begun = case.begin(true).await;
    let sent = query(&begun.url);
    assert_eq!((sent["prompt"].as_str(), sent["max_age"].as_str()), ("login", "0"));
    let now = seconds(NOW);
    for (signed_in_at, is_accepted) in
        [(Value::Null, false), (json!(now - 301), false), (json!(now - 299), true), (json!(now + 121), false)]
    {
        case.provider.behave(|behaviour| {
            behaviour.claims.insert("auth_time".to_owned(), signed_in_at.clone());
        });
        let begun = case.begin(true).await;
        let code = code(&begun).await;
        let confirmed = case.redeem(&case.env, begun, code, true).await;
        assert_eq!(confirmed.is_ok(), is_accepted, "{signed_in_at}: {confirmed:?}");
    }
}
