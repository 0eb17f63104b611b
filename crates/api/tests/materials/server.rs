//! A server on a port of its own, with one organisation and an app that may do everything here.

use std::sync::Arc;

use carillon_domain::{
    app::{self, NewApp},
    corp,
    event::subscription::Callback,
};
use carillon_model::{
    app::{AppType, field_permission},
    audit::Signature,
    env::{Env, FixedClock},
    error::Error,
    id::CorpId,
    settings::Settings,
    time::Timestamp,
};
use carillon_store::Store;
use carillon_wire::Context;
use serde_json::{Value, json};

/// When every test happens.
pub const NOW: i64 = 1_760_000_000_000;
/// A picture of one pixel.
pub const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// What the server's own app may do.
pub const PERMISSIONS: [&str; 19] = [
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
    "qyapi_get_member_by_mobile",
    "qyapi_addresslist_search",
    "qyapi_liveness_base",
    "Custom.Group.Read",
    "Custom.Group.Write",
    field_permission::MOBILE,
    field_permission::PERSONAL,
];

pub struct Server {
    pub base_url: String,
    pub corp: CorpId,
    pub store: Arc<Store>,
    pub env: Env,
    token: String,
    _runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(Settings::default())
    }

    /// With settings of an operator.
    pub fn start_with(settings: Settings) -> Self {
        let env = Env::system(settings, [7; 32]).at(FixedClock(Timestamp(NOW)));
        Self::start_in(env, corp::DEFAULT_TIME_ZONE)
    }

    /// In a world of the test's own, with an organisation in a time zone.
    pub fn start_in(env: Env, time_zone: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let (setup, zone) = (env.clone(), time_zone.to_owned());
        let create = move |tx: &mut carillon_store::Tx<'_>| corp::create(tx, &setup, "测试", &zone, false);
        let corp = store.write_registry_blocking(Signature::server(&env, "test"), create).unwrap().id;
        let token = add_app(&store, &env, &corp, AppType::Internal, &PERMISSIONS);

        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let context = Context {
            store: Arc::clone(&store),
            env: env.clone(),
            public_url: None,
            callbacks: Arc::new(any_callback),
        };
        let router = carillon_wire::router(context, carillon_api::operations());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { base_url, corp, store, env, token, _runtime: runtime, _folder: folder }
    }

    /// Goes on as another app.
    pub fn become_app(&mut self, app_type: AppType, grants: &[&str]) {
        self.token = add_app(&self.store, &self.env, &self.corp, app_type, grants);
    }

    /// The token of the server's own app.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Calls an operation with JSON.
    pub fn call(&self, path: &str, body: &Value) -> Value {
        self.send(path, "application/json", body.to_string().as_bytes())
    }

    /// Calls an operation that has to succeed.
    pub fn ok(&self, path: &str, body: &Value) -> Value {
        let answer = self.call(path, body);
        assert_eq!(answer["errcode"], 0, "{path}: {answer}");
        answer
    }

    /// The code that an operation refuses with.
    pub fn code(&self, path: &str, body: &Value) -> i64 {
        self.call(path, body)["errcode"].as_i64().unwrap()
    }

    /// Calls an operation with a body of any type. The path may have a query.
    pub fn send(&self, path: &str, content_type: &str, body: &[u8]) -> Value {
        let separator = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{separator}access_token={}", self.base_url, self.token);
        let mut response = ureq::post(&url).content_type(content_type).send(body).unwrap();
        assert_eq!(response.status(), 200);
        response.body_mut().read_json().unwrap()
    }

    /// Calls an operation of the v1.0 host; answers the status too.
    pub fn call_v1(&self, path: &str, body: &Value) -> (u16, Value) {
        self.v1("POST", path, Some(body))
    }

    /// Calls an operation of the v1.0 host by any method.
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

    /// Calls an operation of the v1.0 host that has to succeed.
    pub fn ok_v1(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.v1(method, path, Some(body));
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }

    /// Calls an operation of the v1.0 host that has to be refused with a code, and a text that holds some words.
    pub fn refuses_v1(&self, method: &str, path: &str, body: &Value, code: &str, words: &[&str]) {
        let (status, answer) = self.v1(method, path, Some(body));
        assert_eq!((status, &answer["code"]), (400, &json!(code)), "{answer} for {body}");
        for word in words {
            assert!(answer["message"].as_str().unwrap().contains(word), "no {word} in {answer}");
        }
    }

    /// Uploads a file; `fields` are parts before it.
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
        self.send(&format!("/media/upload{query}"), "multipart/form-data; boundary=limit", &body)
    }

    /// The id of an uploaded picture.
    pub fn picture(&self) -> String {
        let answer = self.upload("?type=image", &[], Some(("a.gif", GIF)));
        answer["media_id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    /// A request to add an account.
    pub fn new_account(&self, name: &str) -> Value {
        let picture = self.picture();
        json!({ "name": name, "avatar_media_id": picture, "desc": "长", "preview_media_id": picture })
    }

    /// The id of an account.
    pub fn account(&self, name: &str) -> String {
        let answer = self.ok("/topapi/serviceaccount/add", &self.new_account(name));
        answer["unionid"].as_str().unwrap().to_owned()
    }

    /// The id of an article.
    pub fn article(&self, unionid: &str, title: &str) -> i64 {
        let article = json!({ "title": title, "content": "<p>文</p>", "uuid": title });
        let answer =
            self.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
        answer["article_id"].as_i64().unwrap()
    }
}

/// The token of a new app.
fn add_app(store: &Store, env: &Env, corp: &CorpId, app_type: AppType, grants: &[&str]) -> String {
    let signature = Signature::server(env, "test");
    let (env, of) = (env.clone(), corp.clone());
    let grants = grants.iter().map(|grant| (*grant).to_owned()).collect();
    store
        .write_blocking(corp, signature, move |tx| {
            let (app, secret) =
                app::create(tx, &env, &of, NewApp { name: "app".to_owned(), app_type, grants })?;
            app::issue_token(tx, &env, app.key.as_str(), &secret)
        })
        .unwrap()
}

/// Callbacks are asked in the tests of the started program; here each is as good as any.
async fn any_callback(_: Callback) -> Result<(), Error> {
    Ok(())
}
