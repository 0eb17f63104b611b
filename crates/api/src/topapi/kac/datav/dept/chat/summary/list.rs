//! `statistics.dept_chat_list`: messages of a day by department.

use carillon_model::{app::statistic_permission, error::Result, id::DeptId, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{Page, Response, average, department_list},
};

/// A department, with everything below it.
#[derive(Serialize, JsonSchema)]
struct Department {
    /// The department, by its id; the root is 1.
    dept_id: DeptId,
    /// The department's name on the day.
    dept_name: String,
    /// Messages for each member who sent any, as text with one decimal place.
    send_message_avg_cnt: String,
    /// Members who sent messages to groups.
    send_group_message_user_cnt: u64,
    /// Members who sent messages to persons.
    send_single_message_user_cnt: u64,
    /// Members who sent messages.
    send_message_user_cnt: u64,
    /// Messages sent to groups.
    group_message_cnt: u64,
    /// Messages sent to persons.
    single_message_cnt: u64,
    /// Messages sent, to persons and groups.
    message_cnt: u64,
    /// Files sent to groups, as text.
    group_send_file_message_cnt: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dept_chat_list", "/topapi/kac/datav/dept/chat/summary/list")
        .title("获取企业部门聊天数据（部门维度）", "Chat statistics by department")
        .purpose(
            "按部门列出某天的消息统计，每个部门都包含其下级部门，因此各行不能相加。部门取当天的组织架构，\
             按部门 ID 排列；没有数据的部门各项为 0。",
            "Lists the numbers of messages on a day by department. Each row includes everything below the \
             department, so rows cannot be added up. The departments are those of that day, by their ids; one \
             without facts has zeros.",
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
        send_message_avg_cnt: average(totals.value(Metric::Messages), totals.users(Metric::Messages)),
        send_group_message_user_cnt: totals.users(Metric::GroupMessages),
        send_single_message_user_cnt: totals.users(Metric::SingleMessages),
        send_message_user_cnt: totals.users(Metric::Messages),
        group_message_cnt: totals.value(Metric::GroupMessages),
        single_message_cnt: totals.value(Metric::SingleMessages),
        message_cnt: totals.value(Metric::Messages),
        group_send_file_message_cnt: totals.value(Metric::GroupFiles).to_string(),
    })
}
