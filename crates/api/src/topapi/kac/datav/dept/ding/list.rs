//! `statistics.dept_ding_list`: DINGs sent on a day by department.

use std::collections::HashMap;

use carillon_model::{app::statistic_permission, error::Result, id::DeptId, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{Page, Response, department_list},
};

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The department's name on the day.
    dept_name: String,
    /// DINGs sent as voice calls.
    ding_voip_cnt: u64,
    /// DINGs sent as phone calls.
    ding_call_cnt: u64,
    /// DINGs sent as text messages.
    ding_sms_cnt: u64,
    /// DINGs sent in the app.
    ding_app_cnt: u64,
    /// DINGs sent in any way.
    ding_cnt: u64,
    /// Members who sent DINGs as voice calls.
    ding_voip_user_cnt: u64,
    /// Members who sent DINGs as phone calls.
    ding_call_user_cnt: u64,
    /// Members who sent DINGs as text messages.
    ding_sms_user_cnt: u64,
    /// Members who sent DINGs in the app.
    ding_app_user_cnt: u64,
    /// Members who sent DINGs in any way.
    ding_user_cnt: u64,
    /// DINGs sent to the end of the day since counting began, as text.
    send_ding_total_cnt: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_ding_list", "/topapi/kac/datav/dept/ding/list")
        .title("获取企业DING使用数据（部门维度）", "DING use by department")
        .purpose(
            "按部门列出某天发送的 DING 及发送人数，并按发送方式细分，另有自开始统计以来的累计数。\
             每个部门都包含其下级部门，因此各行不能相加；部门取当天的组织架构。",
            "Lists the DINGs sent on a day and their senders by department and by way of sending, with the number \
             of DINGs since counting began. Each row includes everything below the department, so rows cannot be \
             added up; departments are those of that day.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "cursor": 0, "size": 20 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<Department>>> {
    let day = open_day(tx, call, &request.data_id)?;
    let cumulative = day.cumulative(tx)?;
    let cumulative: HashMap<DeptId, u64> = cumulative.department_dings.iter().copied().collect();
    department_list(tx, &day, &request, |node, totals| Department {
        dept_id: node.id,
        dept_name: node.name.clone(),
        ding_voip_cnt: totals.value(Metric::VoipDingsSent),
        ding_call_cnt: totals.value(Metric::CallDingsSent),
        ding_sms_cnt: totals.value(Metric::SmsDingsSent),
        ding_app_cnt: totals.value(Metric::AppDingsSent),
        ding_cnt: totals.value(Metric::DingsSent),
        ding_voip_user_cnt: totals.users(Metric::VoipDingsSent),
        ding_call_user_cnt: totals.users(Metric::CallDingsSent),
        ding_sms_user_cnt: totals.users(Metric::SmsDingsSent),
        ding_app_user_cnt: totals.users(Metric::AppDingsSent),
        ding_user_cnt: totals.users(Metric::DingsSent),
        send_ding_total_cnt: cumulative.get(&node.id).copied().unwrap_or_default().to_string(),
    })
}
