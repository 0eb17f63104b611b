//! A server with an access policy, whose clock the test moves.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::http::Method;
use carillon_model::{app::AppType, settings::Settings};
use carillon_wire::{AccessPolicy, MonotonicClock, ThrottleSettings};
use serde_json::{Value, json};

use crate::matrix::app_matrix::{AppMatrix, Response};
use crate::matrix::request::Request;

pub struct Fixture {
    pub server: AppMatrix,
    seconds: Arc<AtomicU64>,
}

impl Fixture {
    /// Starts with rate limits.
    pub fn with(settings: ThrottleSettings) -> Self {
        Self::with_allowed_addresses(settings, |_| json!({}))
    }

    /// Starts with rate limits and lists of addresses. `allowed` gets the key of the calling app.
    pub fn with_allowed_addresses(settings: ThrottleSettings, allowed: impl FnOnce(&str) -> Value) -> Self {
        let seconds = Arc::new(AtomicU64::new(0));
        let shared = Arc::clone(&seconds);
        let clock = MonotonicClock::new(move || Duration::from_secs(shared.load(Ordering::Relaxed)));
        let server = AppMatrix::start_with_policy(Settings::default(), |key| {
            AccessPolicy::new(settings, serde_json::from_value(allowed(key)).unwrap(), &clock)
        });
        Self { server, seconds }
    }

    pub fn wait(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    pub fn send(&self, request: &Request) -> Response {
        self.server.send(request)
    }

    pub fn list(&self) -> Request {
        self.legacy("/topapi/serviceaccount/list")
    }

    /// A request of a legacy operation that needs no fields.
    pub fn legacy(&self, path: &str) -> Request {
        let token = self.server.token_of(AppType::Internal);
        Request::to(Method::GET, &format!("{path}?access_token={token}"))
    }

    /// A request of a v1.0 operation that needs no fields.
    pub fn v1(&self) -> Request {
        let token = self.server.token_of(AppType::Internal);
        let request =
            Request::to(Method::POST, "/v1.0/carillon/audits/query").with_body("application/json", "{}");
        Request { token_header: Some(token.to_owned()), ..request }
    }
}
