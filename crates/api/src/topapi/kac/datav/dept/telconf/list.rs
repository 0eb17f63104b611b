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
