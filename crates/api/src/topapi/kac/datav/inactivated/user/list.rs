//! `statistics.inactivated_user_list`: members who have never signed in.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::day_page::DayPage;
use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{ListedMembers, Page, Response},
};

/// A member.
#[derive(Serialize, JsonSchema)]
struct MemberRow {
    /// A department of the member on the day; absent without any.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_id: Option<DeptId>,
    /// The name of that department; empty without one.
    dept_name: String,
    /// The userid of the member.
    userid: String,
    /// The member's job number; empty without one.
    staff_job_num: String,
    /// The name of the member.
    staff_name: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.inactivated_user_list", "/topapi/kac/datav/inactivated/user/list")
        .title("查询企业通讯录未激活用户列表", "Members who never activated")
        .purpose(
            "分页列出某天的成员中截至当天从未登录过的人，附姓名、工号和一个所在部门。\
             登录以 Carillon 记录的和写入的登录数据为准；某一天没有登录的成员请用“获取未登录钉钉的员工列表”查询。",
            "Lists the members of a day who had never signed in up to then, with name, job number and one \
             department. Sign-ins are those that Carillon recorded and those in facts. `contacts.user_inactive` \
             lists those who did not sign in on one day.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<MemberRow>>> {
    let day = open_day(tx, call, &request.data_id)?;
    let never_signed_in = day.never_signed_in(tx)?;
    let cursor = u32::try_from(request.cursor).unwrap_or(u32::MAX);
    let page = DayPage::of(never_signed_in.after(cursor), request.size, |member| member.0.into());
    let organisation = day.organisation(tx)?;
    let members = ListedMembers::load(tx, call, &organisation, &page.items.iter().copied().collect())?;
    let page = page.map(|no| {
        let member = members.get(no);
        MemberRow {
            dept_id: member.dept_id,
            dept_name: member.dept_name.to_owned(),
            userid: member.names.userid.clone(),
            staff_job_num: member.names.job_number.clone(),
            staff_name: member.names.name.clone(),
        }
    });
    Ok(page.into())
}
