//! `credentials.gettoken`: the token of an app, legacy.

use carillon_domain::app::{self, TOKEN_SECONDS};
use carillon_model::error::{Error, Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Code, FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Observed, the first one; the other is its like.
const KEY_MISSING: Code = Code::legacy(40035, "缺少参数 corpid or appkey");
const SECRET_MISSING: Code = Code::legacy(40035, "缺少参数 corpsecret or appsecret");

/// The request, in the query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app's Client ID.
    appkey: Option<String>,
    /// The app's Client Secret.
    appsecret: Option<String>,
    /// Another name of `appkey`.
    corpid: Option<String>,
    /// Another name of `appsecret`.
    corpsecret: Option<String>,
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
        .errors(&[Rule::WrongAppCredentials, Rule::WrongCorpCredentials])
        .bad_field("appkey", KEY_MISSING)
        .bad_field("appsecret", SECRET_MISSING)
        .example(json!({ "appkey": "dingappkey0001", "appsecret": "APP_SECRET" }))
        .visitor_reading_first(FindCorp::App(Request::key_or_blank), current, answer)
}

fn current(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<Response>> {
    let (key, secret) = request.credentials()?;
    let token = app::current_token(tx, &visitor.env, key, secret).map_err(|error| request.refusal(error))?;
    Ok(token.map(Response::of))
}

fn answer(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    let (key, secret) = request.credentials()?;
    let token = app::issue_token(tx, &visitor.env, key, secret).map_err(|error| request.refusal(error))?;
    Ok(Response::of(token))
}

impl Request {
    fn key(&self) -> Option<&str> {
        given(&self.appkey).or(given(&self.corpid))
    }

    fn key_or_blank(&self) -> &str {
        self.key().unwrap_or_default()
    }

    fn credentials(&self) -> Result<(&str, &str)> {
        let secret = given(&self.appsecret).or(given(&self.corpsecret));
        let key = self.key().ok_or_else(|| Error::invalid("appkey", "is missing"))?;
        Ok((key, secret.ok_or_else(|| Error::invalid("appsecret", "is missing"))?))
    }

    /// Who names an organisation is told of an organisation.
    fn refusal(&self, error: Error) -> Error {
        if error == Error::Rule(Rule::WrongAppCredentials) && given(&self.appkey).is_none() {
            return Rule::WrongCorpCredentials.into();
        }
        error
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

impl Response {
    fn of(access_token: String) -> Self {
        Self { access_token, expires_in: TOKEN_SECONDS }
    }
}
