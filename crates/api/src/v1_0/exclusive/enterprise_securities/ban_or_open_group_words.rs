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
    /// The `openConversationId` of the group, with the name of the field misspelt as on the wire.
    #[serde(rename = "openConverationId")]
    #[schemars(length(min = 1, max = 128), extend("x-aliases" = ["openConversationId"]))]
    id: ConversationId,
    /// 0 allows messages again, 1 bans them.
    #[serde(rename = "banWordsType")]
    #[schemars(extend("enum" = [0, 1]))]
    ban_words_type: i64,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The code of the result: always `200`, since a refusal is an error.
    code: &'static str,
    /// The text of the result: always `ok`.
    cause: &'static str,
}

pub fn operation() -> Operation {
    Operation::v1("group.ban_words", "/v1.0/exclusive/enterpriseSecurities/banOrOpenGroupWords")
        .put()
        .title("企业内部群禁言或解除禁言", "Ban or unban talking in an internal group")
        .purpose(
            "对企业内部群禁言，或解除禁言，立即生效。禁言期间群主和群管理员仍可发言。群不存在、已解散或属于其他企业时返回错误。",
            "Bans messages in an internal group, or allows them again, at once. The owner and the administrators of the group may still write. An unknown or dissolved group, and one of another organisation, is refused.",
        )
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
