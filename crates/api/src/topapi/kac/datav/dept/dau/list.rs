//! `statistics.dept_dau_list`: who was active on a day, by department.

use carillon_model::{
    app::statistic_permission,
    error::Result,
    id::DeptId,
    statistic::{Metric, Totals},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::kac::{
    asked::{Wrapped, day},
    shown::{Answer, Page},
};

/// What is asked for.
#[derive(Deserialize, JsonSchema)]
struct Asked {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
    /// Where the page begins: 0, then `next_cursor` of the answer before.
    #[schemars(range(min = 0))]
    cursor: i64,
    /// Departments on a page.
    #[schemars(range(min = 1, max = 100))]
    size: usize,
    /// This department alone. One that the day does not know shows nothing.
    #[serde(rename = "deptId")]
    dept_id: Option<DeptId>,
    /// The departments directly below this one alone.
    #[serde(rename = "superDeptId")]
    super_dept_id: Option<DeptId>,
}

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// Members who signed in.
    daily_active_users: u64,
    /// The department.
    dept_id: DeptId,
    /// Its name on the day.
    dept_name: String,
    /// Its members.
    contacts_number: u64,
    /// Members who signed in on a computer.
    pc_active_users: u64,
    /// Members who signed in on a phone.
    app_active_users: u64,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_dau_list", "/topapi/kac/datav/dept/dau/list")
        .title("企业活跃用户统计列表（部门维度）", "Daily active users by department")
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": {
            "data_id": "20251009",
            "cursor": "0",
            "size": "20",
            "deptId": "101",
            "superDeptId": "1",
        } }))
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<Asked>) -> Result<Answer<Page<Department>>> {
    let asked = asked.request;
    let day = day(tx, call, &asked.data_id)?;
    let tree = day.tree(tx)?;
    let totals = day.departments(tx)?;
    let headcounts = day.headcounts(tx)?;
    let nothing = Totals::default();
    let with_counts = tree.0.iter().zip(headcounts.0.iter().copied().chain(std::iter::repeat(0)));
    let wanted = with_counts
        .filter(|(node, _)| node.id.0 > asked.cursor)
        .filter(|(node, _)| asked.dept_id.is_none_or(|only| only == node.id))
        .filter(|(node, _)| asked.super_dept_id.is_none_or(|above| node.parent == Some(above)));
    let page = Page::of(wanted, asked.size, |(node, _)| node.id.0);
    let result = page.show(|(node, contacts_number)| {
        let totals = totals.get(node.id).unwrap_or(&nothing);
        Department {
            daily_active_users: totals.users(Metric::Logins),
            dept_id: node.id,
            dept_name: node.name.clone(),
            contacts_number,
            pc_active_users: totals.users(Metric::DesktopLogins),
            app_active_users: totals.users(Metric::MobileLogins),
        }
    });
    Ok(Answer { result })
}
