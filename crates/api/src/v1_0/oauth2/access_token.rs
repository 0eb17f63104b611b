//! `credentials.access_token`: the token of an app, v1.0.

use carillon_domain::app::{self, TOKEN_SECONDS};
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The app's Client ID.
    #[schemars(length(min = 1))]
    app_key: String,
    /// The app's Client Secret.
    #[schemars(length(min = 1))]
    app_secret: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The token, valid on both hosts.
    access_token: String,
    /// Lifetime in seconds.
    expire_in: i64,
}

pub fn operation() -> Operation {
    Operation::v1("credentials.access_token", "/v1.0/oauth2/accessToken")
        .title("获取企业内部应用的accessToken", "Get accessToken")
        .errors(&[Rule::WrongAppCredentials, Rule::AppDisabled])
        .example(json!({ "appKey": "dingappkey0001", "appSecret": "APP_SECRET" }))
        .visitor_reading_first(FindCorp::App(|request: &Request| &request.app_key), current, handle)
}

fn current(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<Response>> {
    let token = app::current_token(tx, &visitor.env, &request.app_key, &request.app_secret)?;
    Ok(token.map(Response::of))
}

fn handle(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    app::issue_token(tx, &visitor.env, &request.app_key, &request.app_secret).map(Response::of)
}

impl Response {
    fn of(access_token: String) -> Self {
        Self { access_token, expire_in: TOKEN_SECONDS }
    }
}
