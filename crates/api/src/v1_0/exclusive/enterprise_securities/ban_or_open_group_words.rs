//! `group.ban_words`: mutes or unmutes an internal group.

use carillon_domain::group;
use carillon_model::{
    app::AppType,
    error::{Error, Result, Rule},
    id::ConversationId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const ID: &str = "openConverationId";
const BAD_ID: Code = Code::both(40035, "openConverationId参数错误", "illegal.parameter.cid", 400);
const BAD_TYPE: Code = Code::both(40035, "banWordsType参数错误", "illegal.parameter.type", 400);
const NOT_INTERNAL: Code = Code::both(40078, "当前群不是内部群", "not.inner.group", 400);

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The group's openConversationId, with the name misspelt as on the wire.
    #[serde(rename = "openConverationId")]
    #[schemars(length(min = 1, max = 128), extend("x-aliases" = ["openConversationId"]))]
    id: ConversationId,
    /// 0 unmutes, 1 mutes.
    #[serde(rename = "banWordsType")]
    #[schemars(extend("enum" = [0, 1]))]
    ban_words_type: i64,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The result's code, `200`.
    code: &'static str,
    /// The result's text.
    cause: &'static str,
}

pub fn operation() -> Operation {
    Operation::v1("group.ban_words", "/v1.0/exclusive/enterpriseSecurities/banOrOpenGroupWords")
        .put()
        .title("企业内部群禁言或解除禁言", "Ban or unban talking in an internal group")
        .permission("Custom.Group.Write")
        .app_types(&[AppType::Internal, AppType::Isv])
        .bad_field(ID, BAD_ID)
        .bad_field("banWordsType", BAD_TYPE)
        .missing(ID, BAD_ID)
        .missing("banWordsType", BAD_TYPE)
        .errors(&[Rule::GroupOfAnotherCorp])
        .error(Rule::UnknownGroup, NOT_INTERNAL)
        .error(Rule::GroupDissolved, NOT_INTERNAL)
        .example(json!({ "openConverationId": "cidSample0001==", "banWordsType": 1 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    if !request.id.as_str().starts_with("cid") {
        return Err(Error::invalid(ID, "must be the openConversationId of a group: it begins with cid"));
    }
    group::set_words_banned(tx, call.corp(), &request.id, request.ban_words_type == 1)?;
    Ok(Response { code: "200", cause: "ok" })
}
