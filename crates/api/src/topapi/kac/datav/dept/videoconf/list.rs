//! `statistics.dept_videoconf_list`: the video meetings of a day by department.

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
    joins: Metric::VideoJoins,
    duration_ms: Metric::VideoMs,
    started: Metric::VideosStarted,
};

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_videoconf_list", "/topapi/kac/datav/dept/videoconf/list")
        .title("获取企业某天的所有部门视频会议统计数据", "Video meeting statistics by department")
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
