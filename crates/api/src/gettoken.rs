//! `credentials.gettoken`: the token of an app, legacy.

use carillon_domain::app::{self, TOKEN_SECONDS};
use carillon_model::error::{Error, Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Code, FindCorp, Operation, Visitor};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The first one was observed; the second is formed alike.
const KEY_MISSING: Code = Code::legacy(40035, "缺少参数 corpid or appkey");
const SECRET_MISSING: Code = Code::legacy(40035, "缺少参数 corpsecret or appsecret");

/// In the query.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The Client ID (AppKey) of the app.
    appkey: Option<String>,
    /// The Client Secret (AppSecret) of the app.
    appsecret: Option<String>,
    /// Another name of `appkey`, for old clients: the Client ID of the app.
    corpid: Option<String>,
    /// Another name of `appsecret`, for old clients: the Client Secret of the app.
    corpsecret: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The token, valid for the operations of both hosts.
    access_token: String,
    /// Lifetime of the token in seconds, counted from now.
    expires_in: i64,
}

pub fn operation() -> Operation {
    Operation::legacy("credentials.gettoken", "/gettoken")
        .get()
        .title("获取企业内部应用的access_token", "Get access_token (old)")
        .purpose(
            "用应用的 Client ID 和 Client Secret 换取 access_token，两个主机的接口都可以使用；第三方企业应用也通过此接口获取。有效期内重复调用返回同一个令牌并延长有效期，过期后才会生成新的。更换密钥或停用应用后，令牌立即失效。",
            "Returns the token of an app, third-party apps included, for its Client ID and Client Secret; operations of both hosts accept it. While it is valid, further calls return the same token and extend its life. It ends with the secret, and when the app is disabled.",
        )
        .errors(&[Rule::WrongAppCredentials, Rule::AppDisabled, Rule::WrongCorpCredentials])
        .bad_field("appkey", KEY_MISSING)
        .bad_field("appsecret", SECRET_MISSING)
        .example(json!({ "appkey": "dingappkey0001", "appsecret": "APP_SECRET" }))
        .visitor_reading_first(FindCorp::App(Request::key_or_blank), current, handle)
}

fn current(tx: &mut Tx<'_>, visitor: &Visitor, request: &Request) -> Result<Option<Response>> {
    let (key, secret) = request.credentials()?;
    let token = app::current_token(tx, &visitor.env, key, secret)
        .map_err(|error| request.credentials_error(error))?;
    Ok(token.map(Response::of))
}

fn handle(tx: &mut Tx<'_>, visitor: &Visitor, request: Request) -> Result<Response> {
    let (key, secret) = request.credentials()?;
    let token =
        app::issue_token(tx, &visitor.env, key, secret).map_err(|error| request.credentials_error(error))?;
    Ok(Response::of(token))
}

impl Request {
    fn key(&self) -> Option<&str> {
        non_blank(&self.appkey).or(non_blank(&self.corpid))
    }

    fn key_or_blank(&self) -> &str {
        self.key().unwrap_or_default()
    }

    fn credentials(&self) -> Result<(&str, &str)> {
        let secret = non_blank(&self.appsecret).or(non_blank(&self.corpsecret));
        let key = self.key().ok_or_else(|| Error::invalid("appkey", "is missing"))?;
        Ok((key, secret.ok_or_else(|| Error::invalid("appsecret", "is missing"))?))
    }

    /// Returns the error for organisation credentials if the request has those.
    fn credentials_error(&self, error: Error) -> Error {
        if error == Error::Rule(Rule::WrongAppCredentials) && non_blank(&self.appkey).is_none() {
            return Rule::WrongCorpCredentials.into();
        }
        error
    }
}

fn non_blank(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

impl Response {
    fn of(access_token: String) -> Self {
        Self { access_token, expires_in: TOKEN_SECONDS }
    }
}
