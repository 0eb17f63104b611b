//! `statistics.inactivated_user_list`: members who have never signed in.

use carillon_domain::stats;
use carillon_model::{
    app::statistic_permission,
    audience::Audience,
    error::Result,
    id::{DeptId, MemberNo},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    asked::{OnePage, Wrapped, day},
    shown::{Answer, Page},
};

/// A member.
#[derive(Serialize, JsonSchema)]
struct Shown {
    /// A department of the member on the day; absent for whoever belonged to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    dept_id: Option<DeptId>,
    /// The department's name.
    dept_name: String,
    /// Who.
    userid: String,
    /// Job number.
    staff_job_num: String,
    /// Name.
    staff_name: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("statistics.inactivated_user_list", "/topapi/kac/datav/inactivated/user/list")
        .title("查询企业通讯录未激活用户列表", "People who never activated")
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .read(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<OnePage>) -> Result<Answer<Page<Shown>>> {
    let asked = asked.request;
    let day = day(tx, call, &asked.data_id)?;
    let mut never = day.everyone(tx)?;
    never.subtract(&stats::to_date(tx, call.corp(), day.day)?.activated);
    // One more than the page holds tells whether others follow.
    let rest = never.iter().filter(|member| i64::from(member.0) > asked.cursor);
    let rest: Vec<MemberNo> = rest.take(asked.size + 1).collect();
    let organisation = day.organisation(tx)?;
    let departments = organisation.departments_of(&rest.iter().copied().collect::<Audience>());
    let result = Page::of(
        rest.into_iter(),
        asked.size,
        |member| member.0.into(),
        |member| {
            let named = tx.named_member(call.corp(), member)?.unwrap_or_default();
            let department = departments.get(&member);
            Ok(Shown {
                dept_id: department.map(|node| node.id),
                dept_name: department.map(|node| node.name.clone()).unwrap_or_default(),
                userid: named.userid,
                staff_job_num: named.job_number,
                staff_name: named.name,
            })
        },
    )?;
    Ok(Answer { result })
}
