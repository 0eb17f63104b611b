//! `statistics.dept_telconf_list`: the phone conferences of a day by department.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use crate::topapi::kac::{
    meeting::{self, DepartmentRow, MeetingMetrics},
    request::{DayPageRequest, Wrapped},
    response::{Page, Response},
};

const METRICS: MeetingMetrics = MeetingMetrics {
    joins: Metric::PhoneJoins,
    duration_ms: Metric::PhoneMs,
    started: Metric::PhonesStarted,
};

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_telconf_list", "/topapi/kac/datav/dept/telconf/list")
        .title("获取企业某天的所有部门电话会议统计列表", "Phone meeting statistics by department")
        .purpose(
            "按部门列出某天发起和参加的电话会议，按发起人所在部门计发起数和时长，按参会人所在部门计参会人次。\
             每个部门都包含其下级部门，因此各行不能相加。会议数据由其他系统通过“写入事实数据”写入。",
            "Lists the phone conferences of a day by department: those that its members started, with their \
             durations, and the participations of its members. Each row includes everything below the department, \
             so rows cannot be added up. The facts come from other systems, by `carillon.facts_ingest`.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "cursor": 0, "size": 20 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<DepartmentRow>>> {
    meeting::department_list(tx, call, &request, &METRICS)
}
