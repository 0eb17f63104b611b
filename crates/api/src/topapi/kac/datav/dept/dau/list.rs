//! `statistics.dept_dau_list`: active users of a day, by department.

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

use crate::day_page::DayPage;
use crate::topapi::kac::{
    request::{Wrapped, open_day},
    response::{Page, Response},
};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    data_id: String,
    /// Where the page begins: 0, then `next_cursor` of the previous response.
    #[schemars(range(min = 0))]
    cursor: i64,
    /// Departments on a page.
    #[schemars(range(min = 1, max = 100))]
    size: usize,
    /// Only this department, by its id. Empty for one that did not exist on that day.
    #[serde(rename = "deptId")]
    dept_id: Option<DeptId>,
    /// Only the direct children of this department.
    #[serde(rename = "superDeptId")]
    super_dept_id: Option<DeptId>,
}

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// Members who signed in on the day.
    daily_active_users: u64,
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The department's name on the day.
    dept_name: String,
    /// Members of the department and everything below it, each counted once.
    contacts_number: u64,
    /// Members who signed in on a computer.
    pc_active_users: u64,
    /// Members who signed in on a phone.
    app_active_users: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_dau_list", "/topapi/kac/datav/dept/dau/list")
        .title("企业活跃用户统计列表（部门维度）", "Daily active users by department")
        .purpose(
            "按部门列出某天的活跃成员数和成员数，每个部门都包含其下级部门，因此各行不能相加。可只查一个部门，\
             或只查某部门的直属下级部门；部门取当天的组织架构，按部门 ID 排列。",
            "Lists how many members each department had on a day and how many of them signed in. Each row includes \
             everything below the department, so rows cannot be added up. The list can be limited to one \
             department, or to the direct children of one; departments are those of that day, by their ids.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": {
            "data_id": "20251009",
            "cursor": 0,
            "size": 20,
            "deptId": 102,
            "superDeptId": 101,
        } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<Request>,
) -> Result<Response<Page<Department>>> {
    let day = open_day(tx, call, &request.data_id)?;
    let tree = day.tree(tx)?;
    let totals = day.departments(tx)?;
    let headcounts = day.headcounts(tx)?;
    let zero = Totals::default();
    let with_counts = tree.0.iter().zip(headcounts.0.iter().copied().chain(std::iter::repeat(0)));
    let selected = with_counts
        .filter(|(node, _)| node.id.0 > request.cursor)
        .filter(|(node, _)| request.dept_id.is_none_or(|only| only == node.id))
        .filter(|(node, _)| request.super_dept_id.is_none_or(|above| node.parent == Some(above)));
    let page = DayPage::of(selected, request.size, |(node, _)| node.id.0);
    let page = page.map(|(node, contacts_number)| {
        let totals = totals.get(node.id).unwrap_or(&zero);
        Department {
            daily_active_users: totals.users(Metric::Logins),
            dept_id: node.id,
            dept_name: node.name.clone(),
            contacts_number,
            pc_active_users: totals.users(Metric::DesktopLogins),
            app_active_users: totals.users(Metric::MobileLogins),
        }
    });
    Ok(page.into())
}
