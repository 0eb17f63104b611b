//! `contacts.user_inactive`: the active or the inactive members of a day.

use carillon_domain::stats::sign_ins::{self, ActivityFilter};
use carillon_model::{
    day::Day,
    error::{Error, Result, Rule},
    id::{DeptId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// As the page documents it.
const BAD_PARAMETER: Code = Code::legacy(400002, "参数非法");

/// Decided: members and departments are those at the end of the day. A member is active who signs in or opens the inbox on that day, or has a
/// fact that says so. A day is available as soon as it is over; the page says from nine o'clock on.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// True for members who were active on the day, false for the others.
    is_active: bool,
    /// Departments, with everything below; the organisation when absent.
    #[schemars(length(max = 100))]
    dept_ids: Option<Vec<DeptId>>,
    /// Members to skip before the page: 0, then `next_cursor` of the previous response.
    #[schemars(range(min = 0))]
    offset: i64,
    /// Members on the page.
    #[schemars(range(min = 1, max = 100))]
    size: i64,
    /// The day, `yyyyMMdd`: before today, and within the last month.
    #[schemars(extend("pattern" = "^[0-9]{8}$"))]
    query_date: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The members of this page, with the position of the next one.
    result: Page,
}

/// A page of members.
#[derive(Serialize, JsonSchema)]
struct Page {
    /// Where the next page begins, for `offset`; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<i64>,
    /// The userids of the members, in the order of entry.
    list: Vec<UserId>,
    /// Whether there are more members.
    has_more: bool,
}

pub fn operation() -> Operation {
    Operation::legacy("contacts.user_inactive", "/topapi/inactive/user/v2/get")
        .title("获取未登录钉钉的员工列表", "List users who did not sign in")
        .purpose(
            "分页列出某天活跃或未活跃的成员，只返回 userid。当天登录或打开过收件箱，或有写入的登录数据，即为活跃；\
             成员和部门以当天结束时为准。只能查最近一个月内、今天之前的日期，一天结束后即可查询。",
            "Lists the members who were active on a day, or those who were not, by userid. A member is active who \
             signed in or opened the inbox on that day, or has a fact that says so; members and departments are \
             those at the end of the day. The day must be within the last month and before today, and is available \
             as soon as it is over.",
        )
        .permission("qyapi_liveness_base")
        .error(Rule::UnknownDepartment, BAD_PARAMETER)
        .bad_input(BAD_PARAMETER)
        .bad_field("size", codes::BAD_SIZE)
        .bad_field("offset", codes::BAD_OFFSET)
        .example(json!({
            "is_active": false,
            "dept_ids": [101, 102],
            "offset": 0,
            "size": 20,
            "query_date": "20251008",
        }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let day = Day::parse(&request.query_date)
        .ok_or_else(|| Error::invalid("query_date", "must be a day, yyyyMMdd"))?;
    let wanted = if request.is_active { ActivityFilter::Active } else { ActivityFilter::Inactive };
    let (offset, size) = (request.offset.unsigned_abs(), request.size.unsigned_abs());
    let page = (offset, usize::try_from(size).map_err(Error::internal)?);
    let departments = request.dept_ids.as_deref();
    let (list, total) = sign_ins::userids(tx, &call.env, call.corp(), day, wanted, departments, page)?;
    let has_more = offset.saturating_add(size) < total;
    let next_cursor = has_more.then(|| request.offset + request.size);
    Ok(Response { result: Page { next_cursor, list, has_more } })
}
