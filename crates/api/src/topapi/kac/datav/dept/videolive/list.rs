//! `statistics.dept_live_list`: the lives of a day by department.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{Page, Response, department_list, minutes},
};

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The department's name on the day.
    dept_name: String,
    /// Lives that were started and came about.
    live_launch_count: u64,
    /// Their duration in minutes, as text with one decimal place.
    live_time_length: String,
    /// Members who watched a live while it ran.
    live_play_user_count: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_live_list", "/topapi/kac/datav/dept/videolive/list")
        .title("获取企业视频直播统计列表（部门维度）", "Live statistics by department")
        .purpose(
            "按部门列出某天成功发起的直播、时长和实时观看人数，不含只看回放的人。每个部门都包含其下级部门，\
             因此各行不能相加；部门取当天的组织架构。",
            "Lists by department the lives that came about on a day, their duration and how many members watched \
             while they ran; those who watched only a recording are not counted. Each row includes everything below \
             the department, so rows cannot be added up.",
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
    department_list(tx, &day, &request, |node, totals| Department {
        dept_id: node.id,
        dept_name: node.name.clone(),
        live_launch_count: totals.value(Metric::LivesStarted),
        live_time_length: minutes(totals.value(Metric::LiveMs)),
        live_play_user_count: totals.users(Metric::LiveViews),
    })
}
