//! `statistics.inactivated_user_list`: members who have never signed in.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    asked::{OnePage, Wrapped, day},
    shown::{Answer, Page, People},
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
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<OnePage>) -> Result<Answer<Page<Shown>>> {
    let asked = asked.request;
    let day = day(tx, call, &asked.data_id)?;
    let mut never = day.everyone(tx)?;
    never.subtract(&day.cumulative(tx)?.activated);
    let cursor = u32::try_from(asked.cursor).unwrap_or(u32::MAX);
    let page = Page::of(never.after(cursor), asked.size, |member| member.0.into());
    let organisation = day.organisation(tx)?;
    let members = People::find(tx, call, &organisation, &page.data.iter().copied().collect())?;
    let result = page.show(|no| {
        let member = members.person(no);
        Shown {
            dept_id: member.dept_id,
            dept_name: member.dept_name.to_owned(),
            userid: member.named.userid.clone(),
            staff_job_num: member.named.job_number.clone(),
            staff_name: member.named.name.clone(),
        }
    });
    Ok(Answer { result })
}
