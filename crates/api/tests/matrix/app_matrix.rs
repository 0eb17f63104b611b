//! A server with an app of each type, and for each permission an app that lacks it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    ops::Deref,
    sync::OnceLock,
};

use carillon_domain::{
    contact::{admin, import},
    event,
    stats::fact,
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    contact::AdminLevel,
    env::Env,
    event::{AccountAction, Channel, EventData, Label},
    fact::Fact,
    id::{AccountId, AppKey, CorpId, EventId, RoleId, UserId},
    operator::{AccountScope, OperatorRole},
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{LogFilter, Tx};
use carillon_wire::AccessPolicy;
use serde_json::Value;
use testkit::{
    env::{ManualClock, SequentialRandom},
    server::{NOW, Setup, StoppedServer, TestApp, TestServer, add_app},
};
use ureq::http;

use super::{request::Request, response_check};
use crate::operator;

pub const TYPES: [AppType; 3] = [AppType::Internal, AppType::Isv, AppType::Personal];

pub struct AppMatrix {
    server: TestServer,
    /// Tokens of apps with all permissions, by app type.
    by_type: BTreeMap<&'static str, String>,
    /// Tokens of apps with all permissions but one, by the missing permission.
    without: BTreeMap<String, String>,
    /// `appKey` and `appSecret` of the internal app with all permissions.
    pub credentials: (String, String),
    /// `appKey` of an app that calls nothing, with the permissions that the example of `carillon.app_permissions` gives.
    pub spare_app: String,
    /// An app without permissions.
    pub bare_app: String,
    /// The cookie of an owner, who is added when the first test needs one.
    owner: OnceLock<String>,
    /// At [`NOW`] until a test moves it.
    pub clock: ManualClock,
    random: SequentialRandom,
    agent: ureq::Agent,
}

/// A matrix that was stopped, to be started again and again.
pub struct StoppedMatrix {
    server: StoppedServer,
    by_type: BTreeMap<&'static str, String>,
    without: BTreeMap<String, String>,
    credentials: (String, String),
    spare_app: String,
    bare_app: String,
    /// How far the ids and secrets were used.
    position: u64,
}

/// A response as it was received.
pub struct Response {
    pub status: u16,
    pub content_type: String,
    /// Whether pages of any origin may read it.
    pub is_open_to_any_origin: bool,
    /// The methods in the `Allow` header.
    pub allow: Vec<String>,
    pub body: Value,
}

impl Deref for AppMatrix {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl AppMatrix {
    pub fn start() -> Self {
        Self::start_with(Settings::default())
    }

    /// Starts with the settings of an operator.
    pub fn start_with(settings: Settings) -> Self {
        Self::start_with_policy(settings, |_| AccessPolicy::open())
    }

    /// Starts with an access policy. `access_policy` gets the key of the internal app with all permissions.
    pub fn start_with_policy(settings: Settings, access_policy: impl FnOnce(&str) -> AccessPolicy) -> Self {
        let (clock, random) = (ManualClock::new(NOW), SequentialRandom::default());
        let setup = setup(settings, &clock, &random);
        let all = carillon_api::permissions();
        let all: BTreeSet<&str> = all.iter().map(String::as_str).collect();
        let (mut by_type, mut without) = (BTreeMap::new(), BTreeMap::new());
        let (mut credentials, mut spare_app, mut bare_app) = Default::default();
        let server = TestServer::start_with_policy(setup, |store, env, corp| {
            for kind in TYPES {
                let grants: Vec<&str> = all.iter().copied().collect();
                let TestApp { key, secret, token } = add_app(store, env, corp, kind, &grants);
                by_type.insert(kind.as_str(), token);
                if kind == AppType::Internal {
                    credentials = (key, secret);
                }
            }
            for missing in &all {
                let others: Vec<&str> =
                    all.iter().copied().filter(|permission| permission != missing).collect();
                let app = add_app(store, env, corp, AppType::Internal, &others);
                without.insert((*missing).to_owned(), app.token);
            }
            spare_app = add_app(store, env, corp, AppType::Internal, &["qyapi_base", "qyapi_get_member"]).key;
            bare_app = add_app(store, env, corp, AppType::Internal, &[]).key;
            access_policy(&credentials.0)
        });
        Self {
            server,
            by_type,
            without,
            credentials,
            spare_app,
            bare_app,
            owner: OnceLock::new(),
            clock,
            random,
            agent: agent(),
        }
    }

    /// Stops the server.
    pub fn stop(self) -> StoppedMatrix {
        let Self { server, by_type, without, credentials, spare_app, bare_app, random, .. } = self;
        let position = random.position();
        StoppedMatrix { server: server.stop(), by_type, without, credentials, spare_app, bare_app, position }
    }

    /// Starts a stopped one on a copy of its data folder, with the settings of an operator.
    pub fn restart(stopped: &StoppedMatrix, settings: Settings) -> Self {
        let (clock, random) = (ManualClock::new(NOW), SequentialRandom::at(stopped.position));
        Self {
            server: TestServer::restart(&stopped.server, setup(settings, &clock, &random)),
            by_type: stopped.by_type.clone(),
            without: stopped.without.clone(),
            credentials: stopped.credentials.clone(),
            spare_app: stopped.spare_app.clone(),
            bare_app: stopped.bare_app.clone(),
            owner: OnceLock::new(),
            clock,
            random,
            agent: agent(),
        }
    }

    /// Makes a member the main administrator, which no operation can do.
    pub fn make_main_admin(&self, userid: &str) {
        let (env, corp, userid) = (self.server.env.clone(), self.server.corp.clone(), UserId::from(userid));
        let grant = move |tx: &mut Tx<'_>| admin::grant(tx, &env, &corp, &userid, AdminLevel::Main);
        self.server
            .store
            .write_blocking(&self.server.corp, Signature::server(&self.server.env, "test"), grant)
            .unwrap();
    }

    /// Lets the internal app receive events by Stream.
    pub fn open_stream(&self) {
        let (corp, app, env) =
            (self.server.corp.clone(), AppKey::from(self.credentials.0.as_str()), self.server.env.clone());
        let open = move |tx: &mut Tx<'_>| tx.set_stream_channel(&corp, &app, Channel::Events, env.now());
        let signature = Signature::server(&self.server.env, "test");
        self.server.store.write_blocking(&self.server.corp, signature, open).unwrap();
    }

    /// Uploads a list of members and checks it. Returns the id of the import.
    pub fn check_import(&self) -> i64 {
        let (store, env, corp) = (&self.server.store, &self.server.env, &self.server.corp);
        let list = "userid,name,mobile,departments\nuser30,三十,13800000030,/\nuser31,三一,1,/\n";
        let upload = import::upload::read(env, corp, list).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let file = ("members.csv".to_owned(), upload);
            let id = import::submit(store, env, corp, Signature::server(env, "test"), file).await.unwrap();
            while import::take_step(store, env, corp).await.unwrap().is_some_and(|at| at <= env.now()) {}
            id.0
        })
    }

    /// Raises an event of each form, marks them as failed for all subscribers, and returns the id of the first.
    pub fn fail_events(&self) -> EventId {
        let (env, corp) = (self.server.env.clone(), self.server.corp.clone());
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
            for target in tx.pending_targets()? {
                for (seq, conversation) in tx.events_waiting_since(&target, env.now().plus_ms(1), 10)? {
                    tx.end_failed(&target, seq, &conversation, env.now())?;
                }
                let logged = tx.logged_events(&corp, &target.app, LogFilter::default(), 10)?;
                first = logged.last().map(|event| event.id.clone());
            }
            Ok(first.unwrap())
        };
        self.server
            .store
            .write_blocking(&self.server.corp, Signature::server(&self.server.env, "test"), fail)
            .unwrap()
    }

    /// Records a fact of a member, or one without a member.
    pub fn record_fact(&self, at: i64, userid: Option<&str>, fact: impl Into<Fact>) {
        let (corp, userid, fact) = (self.server.corp.clone(), userid.map(UserId::from), fact.into());
        let record = move |tx: &mut Tx<'_>| {
            let member = match &userid {
                Some(userid) => tx.member_no(&corp, userid)?,
                None => None,
            };
            fact::record(tx, &corp, Timestamp(at), member, fact)
        };
        self.server
            .store
            .write_blocking(&self.server.corp, Signature::server(&self.server.env, "test"), record)
            .unwrap();
    }

    /// The token of the app of a type, with all permissions.
    pub fn token_of(&self, kind: AppType) -> &str {
        &self.by_type[kind.as_str()]
    }

    /// The token of an app with all permissions but this one.
    pub fn token_without(&self, permission: &str) -> &str {
        &self.without[permission]
    }

    /// The cookie of an owner.
    pub fn owner(&self) -> &str {
        self.owner
            .get_or_init(|| operator::sign_in(self, "owner", [(OperatorRole::Owner, AccountScope::All)]))
    }

    /// Does what no operation can do: what a member does on the pages.
    pub fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Env, &CorpId) -> carillon_model::error::Result<T> + Send + 'static,
    ) -> T {
        let (env, corp) = (self.server.env.clone(), self.server.corp.clone());
        let signature = Signature::server(&env, "test");
        self.server
            .store
            .write_blocking(&self.server.corp, signature, move |tx| work(tx, &env, &corp))
            .unwrap()
    }

    pub fn send(&self, request: &Request) -> Response {
        let mut built = http::Request::builder()
            .method(request.method.as_str())
            .uri(format!("{}{}", self.server.base_url, request.path_and_query));
        if let Some(content_type) = &request.content_type {
            built = built.header("content-type", content_type);
        }
        if let Some(token) = &request.token_header {
            built = built.header("x-acs-dingtalk-access-token", token);
        }
        if let Some(cookie) = &request.cookie {
            built = built.header("cookie", cookie);
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
        let allow = response.headers().get("allow").map(|allow| allow.to_str().unwrap()).unwrap_or_default();
        let answer = Response {
            status: response.status().as_u16(),
            allow: allow.split(", ").map(str::to_owned).collect(),
            is_open_to_any_origin: response.headers().contains_key("access-control-allow-origin"),
            content_type: response.headers()["content-type"].to_str().unwrap().to_owned(),
            body: response.body_mut().read_json().unwrap(),
        };
        response_check::check(request, &answer);
        answer
    }
}

fn setup(settings: Settings, clock: &ManualClock, random: &SequentialRandom) -> Setup {
    Setup {
        env: Env::system(settings, [7; 32]).with_clock(clock.clone()).with_random(random.clone()),
        // Without this, links in responses would contain the port.
        public_url: Some("http://carillon.test".into()),
        authenticators: operator::authenticators,
        ..Setup::default()
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).allow_non_standard_methods(true);
    config.build().into()
}
