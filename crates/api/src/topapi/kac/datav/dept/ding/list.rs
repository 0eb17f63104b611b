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
    /// The department.
    dept_id: DeptId,
    /// Its name on the day.
    dept_name: String,
    /// DINGs sent as voice calls.
    ding_voip_cnt: u64,
    /// DINGs sent as phone calls.
    ding_call_cnt: u64,
    /// DINGs sent as text messages.
    ding_sms_cnt: u64,
    /// DINGs sent in the app.
    ding_app_cnt: u64,
    /// DINGs sent.
    ding_cnt: u64,
    /// Members who sent voice DINGs.
    ding_voip_user_cnt: u64,
    /// Members who sent phone DINGs.
    ding_call_user_cnt: u64,
    /// Members who sent text message DINGs.
    ding_sms_user_cnt: u64,
    /// Members who sent DINGs in the app.
    ding_app_user_cnt: u64,
    /// Members who sent DINGs.
    ding_user_cnt: u64,
    /// DINGs sent to date.
    send_ding_total_cnt: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_ding_list", "/topapi/kac/datav/dept/ding/list")
        .title("获取企业DING使用数据（部门维度）", "DING use by department")
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
