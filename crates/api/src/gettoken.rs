//! `credentials.gettoken`: the token of an app, legacy.

use carillon_domain::app::{self, TOKEN_SECONDS};
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The request, in the query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app's Client ID.
    #[schemars(length(min = 1), extend("x-aliases" = ["corpid"]))]
    appkey: String,
    /// The app's Client Secret.
    #[schemars(length(min = 1), extend("x-aliases" = ["corpsecret"]))]
    appsecret: String,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The token, good for both hosts.
    access_token: String,
    /// Seconds that it lives.
    expires_in: i64,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("credentials.gettoken", "/gettoken")
        .get()
        .title("获取企业内部应用的access_token", "Get access_token (old)")
        .errors(&[Rule::WrongAppCredentials])
        .example(json!({ "appkey": "dingappkey0001", "appsecret": "APP_SECRET" }))
        .visitor_reading_first(FindCorp::App(|request: &Request| &request.appkey), current, answer)
}

fn current(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<Response>> {
    let token = app::current_token(tx, &visitor.env, &request.appkey, &request.appsecret)?;
    Ok(token.map(Response::of))
}

fn answer(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    app::issue_token(tx, &visitor.env, &request.appkey, &request.appsecret).map(Response::of)
}

impl Response {
    fn of(access_token: String) -> Self {
        Self { access_token, expires_in: TOKEN_SECONDS }
    }
}
