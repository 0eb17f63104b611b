//! A server on a port of its own, and apps of every kind that the tests need.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use carillon_domain::{
    app::{self, NewApp},
    corp,
};
use carillon_model::{
    app::AppType,
    env::{Env, FixedClock},
    id::CorpId,
    settings::Settings,
    time::Timestamp,
};
use carillon_store::{Store, Tx};
use carillon_wire::Context;
use serde_json::Value;
use ureq::http;

use crate::request::Request;

pub const TYPES: [AppType; 3] = [AppType::Internal, AppType::Isv, AppType::Personal];

pub struct Server {
    base_url: String,
    /// By type of app: tokens of apps with all permissions.
    by_type: BTreeMap<&'static str, String>,
    /// By permission: tokens of apps that have all but this one.
    without: BTreeMap<&'static str, String>,
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

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let env = Env::system(Settings::default(), [7; 32]).at(FixedClock(Timestamp(1_760_000_000_000)));
        let setup = env.clone();
        let (by_type, without) = store
            .write_blocking(move |tx| {
                let corp = corp::create(tx, &setup, "测试", corp::DEFAULT_TIME_ZONE, false)?.id;
                let all: BTreeSet<&str> =
                    carillon_api::operations().iter().filter_map(|operation| operation.permission).collect();
                let mut by_type = BTreeMap::new();
                for kind in TYPES {
                    by_type.insert(kind.as_str(), token(tx, &setup, &corp, kind, all.iter().copied())?);
                }
                let mut without = BTreeMap::new();
                for missing in &all {
                    let others = all.iter().copied().filter(|permission| permission != missing);
                    without.insert(*missing, token(tx, &setup, &corp, AppType::Internal, others)?);
                }
                Ok((by_type, without))
            })
            .unwrap();

        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let router =
            carillon_wire::router(Context { store, env, public_url: None }, carillon_api::operations());
        runtime.spawn(async move { axum::serve(listener, router).await });
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .build()
            .into();
        Self { base_url, by_type, without, agent, _runtime: runtime, _folder: folder }
    }

    /// The token of an app of a type, with all permissions.
    pub fn token_of(&self, kind: AppType) -> &str {
        &self.by_type[kind.as_str()]
    }

    /// The token of an app with all permissions but one.
    pub fn token_without(&self, permission: &str) -> &str {
        &self.without[permission]
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
        let mut response = match request.body.clone() {
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

fn token<'a>(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    app_type: AppType,
    grants: impl Iterator<Item = &'a str>,
) -> carillon_model::error::Result<String> {
    let new = NewApp { name: "app".to_owned(), app_type, grants: grants.map(str::to_owned).collect() };
    let (app, secret) = app::create(tx, env, corp, new)?;
    app::issue_token(tx, env, app.key.as_str(), &secret)
}
