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
    /// The Client ID (AppKey) of the app.
    #[schemars(length(min = 1))]
    app_key: String,
    /// The Client Secret (AppSecret) of the app.
    #[schemars(length(min = 1))]
    app_secret: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The token, valid for the operations of both hosts.
    access_token: String,
    /// Lifetime of the token in seconds, counted from now.
    expire_in: i64,
}

pub fn operation() -> Operation {
    Operation::v1("credentials.access_token", "/v1.0/oauth2/accessToken")
        .title("获取企业内部应用的accessToken", "Get accessToken")
        .purpose(
            "用应用的 Client ID 和 Client Secret 换取 accessToken，放在请求头 `x-acs-dingtalk-access-token` 中使用，旧版主机的接口也接受。与 `gettoken` 返回的是同一个令牌：有效期内重复调用会延长有效期，过期后才会生成新的。更换密钥或停用应用后立即失效。",
            "Returns the token of an app, which goes into the header `x-acs-dingtalk-access-token`; the legacy host accepts it too. It is the same one that `credentials.gettoken` returns: while it is valid, further calls return it again and extend its life. It ends with the secret, and when the app is disabled.",
        )
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
