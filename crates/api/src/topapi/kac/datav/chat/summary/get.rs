//! `statistics.chat_summary`: messages of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, Wrapped, open_day},
    response::{Response, average},
};

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Members who sent messages to groups.
    group_chat_user_count: u64,
    /// Messages sent, to persons and groups.
    message_total_count: u64,
    /// Members who sent messages.
    message_user_count: u64,
    /// Members who sent messages to persons.
    chat_user_count: u64,
    /// Groups at the end of the day, without dissolved ones.
    group_count: u64,
    /// Groups created on the day.
    new_group_count: u64,
    /// Groups that got a message.
    active_group_count: u64,
    /// Messages sent to groups.
    group_message_count: u64,
    /// Messages sent to persons.
    single_message_count: u64,
    /// Messages for each member who sent any, as text with one decimal place.
    message_avg_count: String,
    /// Files sent to groups, as text.
    group_send_file_message_count: String,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.chat_summary", "/topapi/kac/datav/chat/summary/get")
        .title("获取企业聊天数据", "Chat statistics of the organisation")
        .purpose(
            "返回全企业某天的消息和群统计。数据来自 Carillon 自己的记录和其他系统通过“写入事实数据”写入的数据；\
             查询当天返回截至目前的数字，明细保留期内补写的数据也会计入。",
            "Returns the numbers of messages and groups of the organisation on a day. They come from what Carillon \
             records itself and from the facts that other systems send by `carillon.facts_ingest`; today has the \
             numbers so far, and facts that arrive later count while those of the day are kept.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009" } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayRequest>,
) -> Result<Response<Numbers>> {
    let day = open_day(tx, call, &request.data_id)?;
    let summary = day.summary(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            group_chat_user_count: totals.users(Metric::GroupMessages),
            message_total_count: totals.value(Metric::Messages),
            message_user_count: totals.users(Metric::Messages),
            chat_user_count: totals.users(Metric::SingleMessages),
            group_count: day.groups(tx, None)?,
            new_group_count: day.new_groups(tx)?,
            active_group_count: summary.active_groups,
            group_message_count: totals.value(Metric::GroupMessages),
            single_message_count: totals.value(Metric::SingleMessages),
            message_avg_count: average(totals.value(Metric::Messages), totals.users(Metric::Messages)),
            group_send_file_message_count: totals.value(Metric::GroupFiles).to_string(),
        },
    })
}
