//! `statistics.dept_telconf_list`: the phone conferences of a day by department.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    asked::{OnePage, Wrapped, day},
    shown::{Answer, Page, average_minutes, departments, minutes},
};

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// The department.
    dept_id: DeptId,
    /// Its name on the day.
    dept_name: String,
    /// Participations.
    join_count: u64,
    /// How long one lasted on average, in minutes: `start_len_min` for each of `start_count`, as in the documented example.
    start_avg_len_min: String,
    /// Started, whether or not they came about.
    start_count: u64,
    /// How long they lasted, in minutes.
    start_len_min: String,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_telconf_list", "/topapi/kac/datav/dept/telconf/list")
        .title("获取企业某天的所有部门电话会议统计列表", "Phone meeting statistics by department")
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "cursor": 0, "size": 20 } }))
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<OnePage>) -> Result<Answer<Page<Department>>> {
    let asked = asked.request;
    let day = day(tx, call, &asked.data_id)?;
    let result = departments(tx, &day, asked.cursor, asked.size, |node, totals| Department {
        dept_id: node.id,
        dept_name: node.name.clone(),
        join_count: totals.value(Metric::PhoneJoins),
        start_avg_len_min: average_minutes(
            totals.value(Metric::PhoneMs),
            totals.value(Metric::PhonesStarted),
        ),
        start_count: totals.value(Metric::PhonesStarted),
        start_len_min: minutes(totals.value(Metric::PhoneMs)),
    })?;
    Ok(Answer { result })
}
