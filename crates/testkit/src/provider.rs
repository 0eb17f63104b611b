//! A provider of OpenID Connect that signs in whoever the test names, and that can lie.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::{
    digest, hmac,
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use serde_json::{Map, Value, json};

use crate::router::ServedRouter;

pub const CLIENT_ID: &str = "carillon-client";
pub const CLIENT_SECRET: &str = "a-secret-of-the-client";

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signing {
    /// With the key of the provider.
    Key,
    /// With a key that the provider does not name.
    ForeignKey,
    /// With the secret of the client, as HS256.
    Secret,
    /// Not at all.
    None,
}

/// What the provider does.
pub struct Behaviour {
    /// Seconds since 1970.
    pub now: i64,
    /// Claims of who signs in, over the usual ones. `null` removes a claim.
    pub claims: Map<String, Value>,
    /// Claims that only the userinfo endpoint returns.
    pub user_info: Map<String, Value>,
    /// Fields of the configuration, over the usual ones.
    pub configuration: Map<String, Value>,
    pub signing: Signing,
    /// The status of every answer but that of the authorization endpoint.
    pub status: StatusCode,
    /// The error that the authorization endpoint returns.
    pub error: Option<String>,
}

struct Code {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

struct Inner {
    behaviour: Behaviour,
    key: Ed25519KeyPair,
    key_id: u32,
    codes: HashMap<String, Code>,
    /// The path of each request.
    requests: Vec<String>,
}

/// A running provider.
pub struct Provider {
    pub issuer: String,
    inner: Arc<Mutex<Inner>>,
    _served: ServedRouter,
}

type Shared = Arc<Mutex<Inner>>;

impl Provider {
    /// Starts one at which `subject` is signed in.
    pub fn start(subject: &str, now: i64) -> Self {
        let behaviour = Behaviour {
            now,
            claims: Map::from_iter([("sub".to_owned(), json!(subject))]),
            user_info: Map::new(),
            configuration: Map::new(),
            signing: Signing::Key,
            status: StatusCode::OK,
            error: None,
        };
        let inner =
            Inner { behaviour, key: new_key(), key_id: 1, codes: HashMap::new(), requests: Vec::new() };
        let inner = Arc::new(Mutex::new(inner));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(configuration))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/userinfo", get(user_info))
            .with_state(Arc::clone(&inner));
        let served = ServedRouter::start(router);
        Self { issuer: served.base_url.clone(), inner, _served: served }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Changes what it does.
    pub fn behave(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.lock().behaviour);
    }

    /// Replaces the claims of who signs in.
    pub fn sign_in_as(&self, claims: Value) {
        let Value::Object(claims) = claims else { panic!("{claims}") };
        self.behave(|behaviour| behaviour.claims = claims);
    }

    /// Returns a token that tells that somebody has signed out. `claims` are over the usual ones; `null` removes a claim.
    pub fn logout_token(&self, claims: &Value) -> String {
        let inner = self.lock();
        let now = inner.behaviour.now;
        let mut stated = json!({
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 120, "jti": format!("jti {claims} {now}"),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        merge(&mut stated, claims.as_object().expect("claims"));
        sign(&inner, &stated)
    }

    /// From now on it has another key.
    pub fn rotate_key(&self) {
        let mut inner = self.lock();
        (inner.key, inner.key_id) = (new_key(), inner.key_id + 1);
    }

    /// The number of requests to a path.
    pub fn requests(&self, path: &str) -> usize {
        self.lock().requests.iter().filter(|request| *request == path).count()
    }
}

fn new_key() -> Ed25519KeyPair {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap()
}

/// Notes the request. Returns the response if the provider is to fail.
fn begin<'a>(shared: &'a Shared, path: &str) -> Result<MutexGuard<'a, Inner>, Box<Response>> {
    let mut inner = shared.lock().unwrap();
    inner.requests.push(path.to_owned());
    let status = inner.behaviour.status;
    if status.is_success() { Ok(inner) } else { Err(Box::new(status.into_response())) }
}

async fn configuration(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let inner = match begin(&shared, "/.well-known/openid-configuration") {
        Ok(inner) => inner,
        Err(response) => return *response,
    };
    let issuer = format!("http://{}", headers[header::HOST].to_str().unwrap());
    let mut configuration = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "end_session_endpoint": format!("{issuer}/bye"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
    });
    merge(&mut configuration, &inner.behaviour.configuration);
    Json(configuration).into_response()
}

fn merge(value: &mut Value, over: &Map<String, Value>) {
    let fields = value.as_object_mut().unwrap();
    for (name, value) in over {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
}

async fn keys(State(shared): State<Shared>) -> Response {
    let inner = match begin(&shared, "/keys") {
        Ok(inner) => inner,
        Err(response) => return *response,
    };
    let public = BASE64URL_NOPAD.encode(inner.key.public_key().as_ref());
    let key =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": public, "kid": inner.key_id.to_string(), "use": "sig" });
    Json(json!({ "keys": [key] })).into_response()
}

async fn authorize(State(shared): State<Shared>, Query(query): Query<HashMap<String, String>>) -> Response {
    let mut inner = shared.lock().unwrap();
    inner.requests.push("/authorize".to_owned());
    assert_eq!((query["client_id"].as_str(), query["response_type"].as_str()), (CLIENT_ID, "code"));
    assert_eq!(query["code_challenge_method"], "S256");
    assert!(query["scope"].split(' ').any(|scope| scope == "openid"), "{query:?}");
    let (redirect_uri, state) = (query["redirect_uri"].clone(), &query["state"]);
    if let Some(error) = &inner.behaviour.error {
        return Redirect::to(&format!("{redirect_uri}?error={error}&state={state}")).into_response();
    }
    let code = format!("code{}", inner.codes.len());
    let kept = Code {
        nonce: query["nonce"].clone(),
        challenge: query["code_challenge"].clone(),
        redirect_uri: redirect_uri.clone(),
    };
    inner.codes.insert(code.clone(), kept);
    Redirect::to(&format!("{redirect_uri}?code={code}&state={state}")).into_response()
}

async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut inner = match begin(&shared, "/token") {
        Ok(inner) => inner,
        Err(response) => return *response,
    };
    let refuse = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let credentials = format!("Basic {}", BASE64.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}").as_bytes()));
    if headers.get(header::AUTHORIZATION).is_none_or(|sent| sent.as_bytes() != credentials.as_bytes()) {
        return refuse("invalid_client");
    }
    let Query(form): Query<HashMap<String, String>> =
        Query::try_from_uri(&format!("/?{}", String::from_utf8_lossy(&body)).parse().unwrap()).unwrap();
    // A code works once.
    let Some(code) = inner.codes.remove(&form["code"]) else { return refuse("invalid_grant") };
    let challenge =
        BASE64URL_NOPAD.encode(digest::digest(&digest::SHA256, form["code_verifier"].as_bytes()).as_ref());
    if challenge != code.challenge || form["redirect_uri"] != code.redirect_uri {
        return refuse("invalid_grant");
    }
    let issuer = format!("http://{}", headers[header::HOST].to_str().unwrap());
    let now = inner.behaviour.now;
    let mut claims =
        json!({ "iss": issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": code.nonce });
    merge(&mut claims, &inner.behaviour.claims);
    let token = sign(&inner, &claims);
    Json(json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 300, "id_token": token }))
        .into_response()
}

fn sign(inner: &Inner, claims: &Value) -> String {
    let (algorithm, key_id) = match inner.behaviour.signing {
        Signing::Key => ("EdDSA", inner.key_id.to_string()),
        Signing::ForeignKey => ("EdDSA", "foreign".to_owned()),
        Signing::Secret => ("HS256", "secret".to_owned()),
        Signing::None => ("none", "none".to_owned()),
    };
    let header = json!({ "alg": algorithm, "kid": key_id, "typ": "JWT" });
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let message = format!("{}.{}", encode(&header), encode(claims));
    let signature = match inner.behaviour.signing {
        Signing::Key => inner.key.sign(message.as_bytes()).as_ref().to_vec(),
        Signing::ForeignKey => new_key().sign(message.as_bytes()).as_ref().to_vec(),
        Signing::Secret => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, CLIENT_SECRET.as_bytes());
            hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
        }
        Signing::None => Vec::new(),
    };
    format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
}

async fn user_info(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    let inner = match begin(&shared, "/userinfo") {
        Ok(inner) => inner,
        Err(response) => return *response,
    };
    assert_eq!(headers[header::AUTHORIZATION], "Bearer at");
    let mut claims = json!({ "sub": inner.behaviour.claims["sub"] });
    merge(&mut claims, &inner.behaviour.user_info);
    Json(claims).into_response()
}
