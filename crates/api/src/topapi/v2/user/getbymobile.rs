//! `contacts.user_get_by_mobile`: the owner of a mobile number.

use carillon_domain::contact::user::{self, MobileSearch};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents them.
const NOT_A_MOBILE: Code = Code::legacy(40104, "企业中无效的手机号");
const NOT_FOUND: Code = Code::legacy(60121, "未找到该用户");

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Mobile number, with or without the country code of the mainland; foreign ones as `+xx-xxxx`.
    #[schemars(length(min = 1, max = 15))]
    mobile: String,
    /// Look also among accounts that the organisation owns, by the number of the account; false if absent.
    support_exclusive_account_search: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The members who have the number.
    result: Owners,
}

/// The owners of a number.
#[derive(Serialize, JsonSchema)]
struct Owners {
    /// The member with that mobile number; absent if only accounts that the organisation owns have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    userid: Option<UserId>,
    /// The members whose account of the organisation has the number; empty unless requested. Observed: never absent.
    exclusive_account_userid_list: Vec<UserId>,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_get_by_mobile", "/topapi/v2/user/getbymobile")
        .title("根据手机号查询用户", "Get userid by mobile")
        .purpose(
            "按手机号查出成员的 userid，号码的写法不必与录入时一致。只查在职成员；要求时还查专属帐号的手机号，\
             同一号码可能属于多个专属帐号。",
            "Finds the userid of the member with a mobile number, in whatever notation it is written. Only present \
             members are found. On request, the numbers of accounts that the organisation owns are searched too; \
             several of these may share a number.",
        )
        .permission("qyapi_get_member_by_mobile")
        .error(Rule::MobileInvalid, NOT_A_MOBILE)
        .error(Rule::UnknownUser, NOT_FOUND)
        .bad_input(codes::BAD_PARAMETER_400002)
        .example(json!({ "mobile": "13800000000", "support_exclusive_account_search": true }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let search = match request.support_exclusive_account_search {
        Some(true) => MobileSearch::WithExclusiveAccounts,
        _ => MobileSearch::MobileAlone,
    };
    let owners = user::by_mobile(tx, call.corp(), &request.mobile, search)?;
    let result = Owners { userid: owners.member, exclusive_account_userid_list: owners.exclusive_accounts };
    Ok(Response { result })
}
