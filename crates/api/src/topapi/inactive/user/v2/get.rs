//! `contacts.user_inactive`: members who were active on a day, or who were not.

use carillon_domain::activity::{self, Wanted};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{DeptId, UserId},
    time,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const BAD_PARAMETER: Code = Code::legacy(400002, "参数非法");

/// The request. Decided: a member is active who signs in or opens the inbox on the day, and a day can be asked for as soon as
/// it is over; the page says from nine o'clock on.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// True for members who were active, false for the others.
    is_active: bool,
    /// Departments, with everything below; the organisation when absent.
    #[schemars(length(max = 100))]
    dept_ids: Option<Vec<DeptId>>,
    /// Members before the page.
    #[schemars(range(min = 0))]
    offset: i64,
    /// Members on the page.
    #[schemars(range(min = 1, max = 100))]
    size: i64,
    /// The day, `yyyyMMdd`: before today, and within the last month.
    #[schemars(extend("pattern" = "^[0-9]{8}$"))]
    query_date: String,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// The page.
    result: Page,
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
struct Page {
    /// Where the next page begins; absent when nobody follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The members, in the order of entry.
    list: Vec<UserId>,
    /// Whether members follow.
    has_more: bool,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("contacts.user_inactive", "/topapi/inactive/user/v2/get")
        .title("获取未登录钉钉的员工列表", "List users who did not sign in")
        .permission("qyapi_liveness_base")
        .error(Rule::UnknownDepartment, BAD_PARAMETER)
        .bad_input(BAD_PARAMETER)
        .bad_field("size", codes::BAD_SIZE)
        .bad_field("offset", codes::BAD_OFFSET)
        .example(json!({
            "is_active": false,
            "dept_ids": "101,102",
            "offset": 0,
            "size": 20,
            "query_date": "20251009",
        }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let day = time::compact_day(&request.query_date)
        .ok_or_else(|| Error::invalid("query_date", "must be a day, yyyyMMdd"))?;
    let wanted = if request.is_active { Wanted::Active } else { Wanted::Inactive };
    let state = tx.state().corp(call.corp())?;
    let members = activity::on_day(state, &call.env, day, wanted, request.dept_ids.as_deref())?;
    let (offset, size) = (request.offset.unsigned_abs(), request.size.unsigned_abs());
    let mut list = Vec::new();
    for member in members.page(offset, usize::try_from(size).map_err(Error::internal)?) {
        list.extend(tx.member_name(call.corp(), member)?.map(|(userid, _)| userid));
    }
    let has_more = offset.saturating_add(size) < members.len();
    let next_cursor = has_more.then(|| request.offset + request.size);
    Ok(Response { result: Page { next_cursor, list, has_more } })
}
