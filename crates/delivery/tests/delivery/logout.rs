//! Logout tokens: what is accepted of a provider, and what is not.

use carillon_model::{
    env::Env,
    sign_on::{Logout, ProviderError},
    time::MINUTE_MS,
};
use serde_json::{Value, json};
use testkit::provider::{CLIENT_ID, Signing};

use crate::provider::{Case, NOW, seconds};

async fn verify(case: &Case, env: &Env, token: &str) -> Result<Logout, ProviderError> {
    case.providers.verify_logout(env, &case.settings, token).await
}

fn token(case: &Case, claims: &Value) -> String {
    case.provider.logout_token(claims)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_token_names_subject_and_session() {
    let case = Case::new();
    let found =
        verify(&case, &case.env, &token(&case, &json!({ "sub": "s1", "sid": "x", "jti": "j" }))).await;
    let expected = Logout {
        issuer: case.provider.issuer.clone(),
        id: "j".to_owned(),
        subject: Some("s1".to_owned()),
        session: Some("x".to_owned()),
        expires_at: NOW.plus_ms(12 * MINUTE_MS),
    };
    assert_eq!(found, Ok(expected));
    for claims in [
        json!({ "sub": "s1" }),
        json!({ "sid": "x" }),
        json!({ "sub": "s1", "exp": null }),
        json!({ "sub": "s1", "aud": ["other", CLIENT_ID] }),
    ] {
        assert!(verify(&case, &case.env, &token(&case, &claims)).await.is_ok(), "{claims}");
    }
    assert_eq!(case.provider.requests("/keys"), 1, "keys are remembered");
    assert_eq!(case.provider.requests("/token"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_token_is_refused() {
    let case = Case::new();
    let now = seconds(NOW);
    let long = "x".repeat(513);
    for (claims, reason) in [
        (json!({ "sub": "s1", "iss": "https://other.example" }), "another issuer"),
        (json!({ "sub": "s1", "aud": "other" }), "another client"),
        (json!({ "sub": "s1", "aud": [] }), "another client"),
        (json!({ "sub": "s1", "iat": now - 601 }), "too long ago"),
        (json!({ "sub": "s1", "iat": now + 121 }), "in the future"),
        (json!({ "sub": "s1", "exp": now - 121 }), "has expired"),
        (json!({ "sub": "s1", "events": {} }), "no sign-out"),
        (
            json!({ "sub": "s1", "events": { "http://schemas.openid.net/event/backchannel-logout": true } }),
            "no sign-out",
        ),
        (json!({ "sub": "s1", "events": null }), "events"),
        (json!({ "sub": "s1", "nonce": "n" }), "nonce"),
        (json!({ "sub": "s1", "nonce": "" }), "nonce"),
        (json!({}), "neither a subject nor a session"),
        (json!({ "sub": "", "sid": "" }), "neither a subject nor a session"),
        (json!({ "sub": "s1", "jti": "" }), "empty or too long"),
        (json!({ "sub": "s1", "jti": long }), "empty or too long"),
        (json!({ "sub": long }), "empty or too long"),
        (json!({ "sub": "s1", "jti": null }), "jti"),
        (json!({ "sub": "s1", "iat": null }), "iat"),
    ] {
        let refused = verify(&case, &case.env, &token(&case, &claims)).await.unwrap_err().to_string();
        assert!(refused.contains(reason), "{claims}: {refused}");
    }
    for (iat, after_ms) in [(now - 600, 0), (now + 120, 0), (now, 10 * MINUTE_MS)] {
        let token = token(&case, &json!({ "sub": "s1", "iat": iat, "exp": null }));
        assert!(verify(&case, &case.at(after_ms), &token).await.is_ok(), "{iat}");
    }
    for text in ["", "a", "a.b", "a.b.c", "e30.e30.e30", &"x".repeat((16 << 10) + 1)] {
        assert!(matches!(verify(&case, &case.env, text).await, Err(ProviderError::Invalid(_))), "{text}");
    }
    let valid = token(&case, &json!({ "sub": "s1" }));
    let (message, _) = valid.rsplit_once('.').unwrap();
    assert!(verify(&case, &case.env, &format!("{message}.AAAA")).await.is_err(), "another signature");
    for signing in [Signing::ForeignKey, Signing::Secret, Signing::None] {
        case.provider.behave(|behaviour| behaviour.signing = signing);
        let token = token(&case, &json!({ "sub": "s1" }));
        assert!(verify(&case, &case.env, &token).await.is_err(), "{signing:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_read_again_after_a_while_and_not_more_often() {
    let case = Case::new();
    assert!(verify(&case, &case.env, &token(&case, &json!({ "sub": "s1" }))).await.is_ok());
    case.provider.rotate_key();
    let rotated = token(&case, &json!({ "sub": "s1" }));
    assert!(verify(&case, &case.env, &rotated).await.is_err(), "they were read a moment ago");
    assert!(verify(&case, &case.at(MINUTE_MS), &rotated).await.is_ok());
    case.provider.behave(|behaviour| behaviour.signing = Signing::ForeignKey);
    let before = case.provider.requests("/keys");
    for _ in 0..20 {
        let foreign = token(&case, &json!({ "sub": "s1" }));
        assert!(verify(&case, &case.at(MINUTE_MS), &foreign).await.is_err());
    }
    assert_eq!(case.provider.requests("/keys"), before, "strangers cause no requests");
}
