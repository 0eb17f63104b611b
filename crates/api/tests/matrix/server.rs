//! A server on a port of its own, and apps of every kind that the tests need.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use carillon_domain::{
    app::{self, NewApp},
    contact::admin,
    corp,
    event::{self, subscription::Callback},
    stats::fact,
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    contact::AdminLevel,
    env::{Clock, Env, Random},
    error::{Error, Rule},
    event::{AccountAction, EventData, Label},
    fact::Fact,
    id::{AccountId, CorpId, EventId, RoleId, UserId},
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{LogFilter, Store, Tx};
use carillon_wire::{Context, Gate};
use serde_json::Value;
use ureq::http;

use crate::request::Request;

/// When every test happens.
pub const NOW: i64 = 1_760_000_000_000;
pub const TYPES: [AppType; 3] = [AppType::Internal, AppType::Isv, AppType::Personal];

pub struct Server {
    base_url: String,
    /// By type of app: tokens of apps with all permissions.
    by_type: BTreeMap<&'static str, String>,
    /// By permission: tokens of apps that have all but this one.
    without: BTreeMap<String, String>,
    /// `appKey` and `appSecret` of the internal app with all permissions.
    pub credentials: (String, String),
    pub store: Arc<Store>,
    pub env: Env,
    pub corp: CorpId,
    /// What time it is, in ms: [`NOW`] until somebody sets it.
    pub clock: Arc<AtomicI64>,
    agent: ureq::Agent,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

/// An answer as it came.
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: Value,
}

/// Gives the same ids and secrets in the same order every time, so that whole answers of two servers can be compared.
struct SameEveryTime(AtomicU64);

impl Random for SameEveryTime {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            // SplitMix64: consecutive numbers give bytes without a visible pattern.
            let mut mixed = self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (mixed >> 56) as u8;
        }
    }
}

/// A clock whose hands a test moves.
struct HandClock(Arc<AtomicI64>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::Relaxed))
    }
}

impl Server {
    pub fn start() -> Self {
        Self::with(Settings::default())
    }

    /// With settings of an operator.
    pub fn with(settings: Settings) -> Self {
        Self::behind(settings, |_| Gate::open())
    }

    /// Behind a gate, which may name the key of the internal app with all permissions.
    pub fn behind(settings: Settings, gate: impl FnOnce(&str) -> Gate) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let clock = Arc::new(AtomicI64::new(NOW));
        let env = Env::system(settings, [7; 32])
            .at(HandClock(Arc::clone(&clock)))
            .with_random(SameEveryTime(AtomicU64::new(1)));
        let setup = env.clone();
        let (corp, by_type, without, credentials) = store
            .write_registry_blocking(Signature::server(&env, "test"), move |tx| {
                let corp = corp::create(tx, &setup, "测试", corp::DEFAULT_TIME_ZONE, false)?.id;
                let all = carillon_api::permissions();
                let all: BTreeSet<&str> = all.iter().map(String::as_str).collect();
                let mut by_type = BTreeMap::new();
                let mut credentials = Default::default();
                for kind in TYPES {
                    let (token, pair) = add_app(tx, &setup, &corp, kind, all.iter().copied())?;
                    by_type.insert(kind.as_str(), token);
                    if kind == AppType::Internal {
                        credentials = pair;
                    }
                }
                let mut without = BTreeMap::new();
                for missing in &all {
                    let others = all.iter().copied().filter(|permission| permission != missing);
                    let (token, _) = add_app(tx, &setup, &corp, AppType::Internal, others)?;
                    without.insert((*missing).to_owned(), token);
                }
                Ok((corp, by_type, without, credentials))
            })
            .unwrap();

        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        // Links in answers do not have the port.
        let public_url = Some("http://carillon.test".into());
        let context = Context {
            store: Arc::clone(&store),
            env: env.clone(),
            public_url,
            callbacks: Arc::new(named_callback),
        };
        let router = carillon_wire::guarded_router(context, carillon_api::operations(), gate(&credentials.0));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        runtime.spawn(async move { axum::serve(listener, service).await });
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        Self {
            base_url,
            store,
            env,
            corp,
            clock,
            by_type,
            without,
            credentials,
            agent,
            _runtime: runtime,
            _folder: folder,
        }
    }

    /// Makes a member the main administrator: no operation does.
    pub fn appoint(&self, userid: &str) {
        let (env, corp, userid) = (self.env.clone(), self.corp.clone(), UserId::from(userid));
        let grant = move |tx: &mut Tx<'_>| admin::grant(tx, &env, &corp, &userid, AdminLevel::Main);
        self.store.write_blocking(&self.corp, Signature::server(&self.env, "test"), grant).unwrap();
    }

    /// Raises an event of each form for whoever subscribed, and gives them up; the id of the first.
    pub fn fail_events(&self) -> EventId {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let fail = move |tx: &mut Tx<'_>| {
            let action = AccountAction {
                account: AccountId::from("accountiE"),
                member_unionid: "personiE".to_owned(),
                key: "K".to_owned(),
                created_at: env.now(),
            };
            event::raise(tx, &env, &corp, EventData::MembersAdded(vec![UserId::from("ann")]))?;
            event::raise(tx, &env, &corp, EventData::RolesAdded(vec![Label::Role(RoleId(1))]))?;
            event::raise(tx, &env, &corp, EventData::AccountAction(Box::new(action)))?;
            let mut first = None;
            for outlet in tx.waiting_outlets()? {
                for (seq, conversation) in tx.events_waiting_since(&outlet, env.now().plus_ms(1), 10)? {
                    tx.end_failed(&outlet, seq, &conversation, env.now())?;
                }
                let logged = tx.logged_events(&corp, &outlet.app, LogFilter::default(), 10)?;
                first = logged.last().map(|event| event.id.clone());
            }
            Ok(first.unwrap())
        };
        self.store.write_blocking(&self.corp, Signature::server(&self.env, "test"), fail).unwrap()
    }

    /// Something that a member did at some time, or nobody in particular.
    pub fn happened(&self, at: i64, userid: Option<&str>, fact: impl Into<Fact>) {
        let (corp, userid, fact) = (self.corp.clone(), userid.map(UserId::from), fact.into());
        let record = move |tx: &mut Tx<'_>| {
            let member = match &userid {
                Some(userid) => tx.member_no(&corp, userid)?,
                None => None,
            };
            fact::record(tx, &corp, Timestamp(at), member, fact)
        };
        self.store.write_blocking(&self.corp, Signature::server(&self.env, "test"), record).unwrap();
    }

    /// The token of an app of a type, with all permissions.
    pub fn token_of(&self, kind: AppType) -> &str {
        &self.by_type[kind.as_str()]
    }

    /// The token of an app with all permissions but one.
    pub fn token_without(&self, permission: &str) -> &str {
        &self.without[permission]
    }

    /// What no operation does: something that a member does on the pages.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> carillon_model::error::Result<T> + Send + 'static,
    ) -> T {
        let (env, corp) = (self.env.clone(), self.corp.clone());
        let signature = Signature::server(&env, "test");
        self.store.write_blocking(&self.corp, signature, move |tx| work(tx, &env, &corp)).unwrap()
    }

    /// The host and port.
    pub fn address(&self) -> &str {
        self.base_url.trim_start_matches("http://")
    }

    pub fn send(&self, request: &Request) -> Answer {
        let mut built = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.base_url, request.path_and_query));
        if let Some(content_type) = &request.content_type {
            built = built.header("content-type", content_type);
        }
        if let Some(token) = &request.token_header {
            built = built.header("x-acs-dingtalk-access-token", token);
        }
        for (name, value) in request.headers {
            built = built.header(*name, *value);
        }
        let mut response = match request.body.clone() {
            Some(body) if request.chunked => {
                self.agent.run(built.body(ureq::SendBody::from_owned_reader(Cursor::new(body))).unwrap())
            }
            Some(body) => self.agent.run(built.body(body).unwrap()),
            None => self.agent.run(built.body(()).unwrap()),
        }
        .unwrap();
        Answer {
            status: response.status().as_u16(),
            content_type: response.headers()["content-type"].to_str().unwrap().to_owned(),
            body: response.body_mut().read_json().unwrap(),
        }
    }
}

/// A new app's token, with its key and secret.
fn add_app<'a>(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    app_type: AppType,
    grants: impl Iterator<Item = &'a str>,
) -> carillon_model::error::Result<(String, (String, String))> {
    let new = NewApp { name: "app".to_owned(), app_type, grants: grants.map(str::to_owned).collect() };
    let (app, secret) = app::create(tx, env, corp, new)?;
    let token = app::issue_token(tx, env, app.key.as_str(), &secret)?;
    Ok((token, (app.key.as_str().to_owned(), secret)))
}

/// Callbacks are asked in the tests of the started program; here their names say how they would answer.
async fn named_callback(callback: Callback) -> Result<(), Error> {
    let broken = [
        ("https://wrong.example/", Rule::CallbackAnswerWrong),
        ("https://unreachable.example/", Rule::CallbackUnreachable),
        ("https://forbidden.example/", Rule::CallbackHostForbidden),
        ("nowhere", Rule::CallbackUrlInvalid),
    ];
    match broken.into_iter().find(|(url, _)| callback.url == *url) {
        Some((_, rule)) => Err(rule.into()),
        None => Ok(()),
    }
}
