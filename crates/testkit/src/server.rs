//! The operations on a port, in the test process, with one organisation and one app.

use std::{future::ready, sync::Arc};

use carillon_domain::{
    app::{self, NewApp},
    corp,
    event::subscription::Callback,
    system::SystemStatus,
};
use carillon_model::{
    app::{AppType, field_permission},
    audit::Signature,
    env::{Env, FixedClock},
    error::{Error, Rule},
    id::{CorpId, UserId},
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{Store, Tx};
use carillon_wire::{AccessPolicy, Authenticators, Context, Dispatcher, Operations, unknown_path};
use serde_json::{Value, json};

use crate::{
    file::GIF,
    folder::{self, Files},
    router::ServedRouter,
};

/// The time of every test, in ms since 1970.
pub const NOW: i64 = 1_760_000_000_000;

/// The permissions of the server's app.
pub const PERMISSIONS: [&str; 21] = [
    "qyapi_base",
    "qyapi_service_account_manage",
    "qyapi_service_account_menu",
    "qyapi_service_account_materials",
    "qyapi_service_account_message",
    "Custom.Ding.Send",
    "qyapi_manage_addresslist",
    "qyapi_get_member",
    "qyapi_get_department_member",
    "qyapi_get_department_list",
    "Carillon.Audit.Read",
    "Carillon.Fact.Write",
    "Carillon.Organisation.Read",
    "Carillon.Organisation.Write",
    "qyapi_get_member_by_mobile",
    "qyapi_addresslist_search",
    "qyapi_liveness_base",
    "Custom.Group.Read",
    "Custom.Group.Write",
    field_permission::MOBILE,
    field_permission::PERSONAL,
];

pub struct Setup {
    pub env: Env,
    pub time_zone: &'static str,
    pub public_url: Option<Arc<str>>,
    /// Creates the authenticators of callers other than apps.
    pub authenticators: fn(&Context) -> Option<Authenticators>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            env: env_at_now(Settings::default()),
            time_zone: corp::DEFAULT_TIME_ZONE,
            public_url: None,
            authenticators: |_| None,
        }
    }
}

pub struct TestServer {
    pub base_url: String,
    pub corp: CorpId,
    pub store: Arc<Store>,
    pub env: Env,
    token: String,
    served: ServedRouter,
    folder: tempfile::TempDir,
}

/// A server that was stopped, to be started again and again.
pub struct StoppedServer {
    files: Files,
    corp: CorpId,
    token: String,
}

impl TestServer {
    pub fn start() -> Self {
        Self::start_with_setup(Setup::default())
    }

    /// Starts with the settings of an operator.
    pub fn start_with(settings: Settings) -> Self {
        Self::start_with_setup(Setup { env: env_at_now(settings), ..Setup::default() })
    }

    pub fn start_with_setup(setup: Setup) -> Self {
        Self::start_with_policy(setup, |_, _, _| AccessPolicy::open())
    }

    /// Starts with an access policy, which is built when the organisation exists.
    pub fn start_with_policy(
        setup: Setup,
        access_policy: impl FnOnce(&Store, &Env, &CorpId) -> AccessPolicy,
    ) -> Self {
        let folder = folder::empty();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let (setup_env, time_zone) = (setup.env.clone(), setup.time_zone);
        let corp = move |tx: &mut Tx<'_>| corp::create(tx, &setup_env, "测试", time_zone, false);
        let corp = store.write_registry_blocking(Signature::server(&setup.env, "test"), corp).unwrap().id;
        let access_policy = access_policy(&store, &setup.env, &corp);
        let token = add_app(&store, &setup.env, &corp, AppType::Internal, &PERMISSIONS).token;
        Self::serve(setup, folder, store, corp, token, access_policy)
    }

    /// Stops the server.
    pub fn stop(self) -> StoppedServer {
        let Self { served, store, folder, corp, token, .. } = self;
        drop(served);
        drop(Arc::into_inner(store).expect("nothing else uses the store"));
        StoppedServer { files: Files::read(folder.path()), corp, token }
    }

    /// Starts a stopped server on a copy of its data folder.
    pub fn restart(stopped: &StoppedServer, setup: Setup) -> Self {
        let folder = stopped.files.write();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let (corp, token) = (stopped.corp.clone(), stopped.token.clone());
        Self::serve(setup, folder, store, corp, token, AccessPolicy::open())
    }

    fn serve(
        setup: Setup,
        folder: tempfile::TempDir,
        store: Arc<Store>,
        corp: CorpId,
        token: String,
        access_policy: AccessPolicy,
    ) -> Self {
        let Setup { env, public_url, authenticators, .. } = setup;
        let callbacks = Arc::new(check_by_url);
        let sign_in_lock = Arc::new(|_: &CorpId, _: &UserId| {});
        let system = Arc::new(SystemStatus { version: "1.2.3".to_owned(), ..SystemStatus::default() });
        let context = Context {
            store: Arc::clone(&store),
            env: env.clone(),
            public_url,
            callbacks,
            sign_in_lock,
            system,
            dispatcher: Dispatcher::default(),
        };
        let authenticators = authenticators(&context);
        let (router_store, router_env) = (Arc::clone(&store), env.clone());
        let operations = Operations::new(context, carillon_api::operations(), access_policy, authenticators);
        let router = operations
            .router(move |request| ready(unknown_path::response(&router_store, &router_env, &request)));
        let router = carillon_wire::pace_bodies(router, carillon_wire::BodyPace::default());
        let served = ServedRouter::start(router);
        Self { base_url: served.base_url.clone(), corp, store, env, token, served, folder }
    }

    /// The host and port.
    pub fn address(&self) -> &str {
        self.served.address()
    }

    /// Continues as another app.
    pub fn use_app(&mut self, app_type: AppType, grants: &[&str]) {
        self.token = add_app(&self.store, &self.env, &self.corp, app_type, grants).token;
    }

    /// The token of the server's app.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Calls an operation with JSON.
    pub fn call(&self, path: &str, body: &Value) -> Value {
        self.post(path, "application/json", body.to_string().as_bytes())
    }

    /// Calls an operation that must succeed.
    pub fn ok(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(path, body);
        assert_eq!(answer["errcode"], 0, "{path}: {answer}");
        answer
    }

    /// The code with which an operation refuses.
    pub fn code(&self, path: &str, body: &Value) -> i64 {
        self.call(path, body)["errcode"].as_i64().unwrap()
    }

    /// Calls an operation with a body of any type. The path may have a query.
    pub fn post(&self, path: &str, content_type: &str, body: &[u8]) -> Value {
        let separator = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{separator}access_token={}", self.base_url, self.token);
        let mut response = ureq::post(&url).content_type(content_type).send(body).unwrap();
        assert_eq!(response.status(), 200);
        response.body_mut().read_json().unwrap()
    }

    /// Calls an operation of the v1.0 host by POST. Returns status and response.
    pub fn call_v1(&self, path: &str, body: &Value) -> (u16, Value) {
        self.v1("POST", path, Some(body))
    }

    /// Calls an operation of the v1.0 host by any method. Returns status and response.
    pub fn v1(&self, method: &str, path: &str, body: Option<&Value>) -> (u16, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base_url))
            .header("x-acs-dingtalk-access-token", &self.token);
        let mut response = match body {
            Some(body) => {
                let request = request.header("content-type", "application/json");
                agent.run(request.body(body.to_string()).unwrap())
            }
            None => agent.run(request.body(()).unwrap()),
        }
        .unwrap();
        (response.status().as_u16(), response.body_mut().read_json().unwrap())
    }

    /// Calls an operation of the v1.0 host that must succeed.
    pub fn ok_v1(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.v1(method, path, Some(body));
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// Asserts that an operation of the v1.0 host refuses with a code, and a text that contains each word.
    pub fn refuses_v1(&self, method: &str, path: &str, body: &Value, code: &str, parts: &[&str]) {
        let (status, answer) = self.v1(method, path, Some(body));
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer} for {body}");
        for part in parts {
            assert!(answer["message"].as_str().unwrap().contains(part), "no {part} in {answer}");
        }
    }

    /// Uploads a file. `fields` are parts before it.
    pub fn upload(&self, query: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Value {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        if let Some((name, content)) = file {
            let header = format!(
                "--limit\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend([header.as_bytes(), content, b"\r\n"].concat());
        }
        body.extend(b"--limit--\r\n");
        self.post(&format!("/media/upload{query}"), "multipart/form-data; boundary=limit", &body)
    }

    /// Uploads a picture, and returns its media id.
    pub fn picture(&self) -> String {
        let answer = self.upload("?type=image", &[], Some(("a.gif", GIF)));
        answer["media_id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A request to add an account.
    pub fn new_account(&self, name: &str) -> Value {
        let picture = self.picture();
        json!({ "name": name, "avatar_media_id": picture, "desc": "长", "preview_media_id": picture })
    }

    /// Adds an account, and returns its unionid.
    pub fn account(&self, name: &str) -> String {
        let answer = self.ok("/topapi/serviceaccount/add", &self.new_account(name));
        answer["unionid"].as_str().unwrap().to_owned()
    }

    /// Adds an article, and returns its id.
    pub fn article(&self, unionid: &str, title: &str) -> i64 {
        let article = json!({ "title": title, "content": "<p>文</p>", "uuid": title });
        let answer =
            self.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
        answer["article_id"].as_i64().unwrap()
    }
}

/// An app with its token.
pub struct TestApp {
    pub key: String,
    pub secret: String,
    pub token: String,
}

pub fn add_app(store: &Store, env: &Env, corp: &CorpId, app_type: AppType, grants: &[&str]) -> TestApp {
    let signature = Signature::server(env, "test");
    let (env, of) = (env.clone(), corp.clone());
    let grants = grants.iter().map(|grant| (*grant).to_owned()).collect();
    store
        .write_blocking(corp, signature, move |tx| {
            let new = NewApp { name: "app".to_owned(), app_type, grants };
            let (app, secret) = app::create(tx, &env, &of, new)?;
            let token = app::issue_token(tx, &env, app.key.as_str(), &secret)?;
            Ok(TestApp { key: app.key.to_string(), secret, token })
        })
        .unwrap()
}

/// The environment of most tests: the clock stands still.
pub fn env_at_now(settings: Settings) -> Env {
    Env::system(settings, [7; 32]).with_clock(FixedClock(Timestamp(NOW)))
}

/// Checks a callback without a request: its URL determines the result. Tests of the started program have real
/// receivers.
async fn check_by_url(callback: Callback) -> Result<(), Error> {
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
