//! `carillon.mass_history`: what became of a mass send over time. An operation of Carillon.

use carillon_domain::send::{self, OverTime};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, TaskId},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by the `task_id` that the send operation or `carillon.mass_list` returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// When the send was sent, in ms since 1970.
    send_time: Timestamp,
    /// Readers by hour for a send of the last three days, by day for an older one; who reads it after 90 days counts for day 90.
    periods: Vec<Period>,
    /// The number of readers whose time is not known, because they read before Carillon stored it.
    readers_without_time: u64,
    /// Each day from that of the send on, at most 31; empty for sends without articles.
    days: Vec<DayRow>,
}

/// A period since the send.
#[derive(Serialize, JsonSchema)]
struct Period {
    /// When the period begins, in ms since 1970.
    start_time: Timestamp,
    /// The length of the period in hours: 1 or 24.
    hours: i64,
    /// The number of members who first read the send in the period.
    readers: u64,
}

/// A day of a send with articles.
#[derive(Serialize, JsonSchema)]
struct DayRow {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    day: String,
    /// Whether the day is over; the numbers of the current day still grow.
    is_over: bool,
    /// How often its articles were opened on the day, wherever readers found them.
    views: u64,
    /// The number of comments on its articles that came with this send.
    comments: u64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_history", "/v1.0/carillon/message/mass/history")
        .title("查询群发随时间的阅读情况", "What became of a mass send over time")
        .purpose(
            "查询一次群发的阅读随时间的变化：各时段的已读人数；有文章时还有每天的文章打开次数和评论数。\
             尚未发出的群发不能查询。",
            "Returns how a send was read over time: readers by hour or day and, for sends with articles, \
             views and comments by day. A send that was not sent yet is unknown here.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .example(json!({ "unionid": "svcUnionId0001", "task_id": "task0001" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let OverTime { sent_at, readers, untimed, days, .. } =
        send::over_time(tx, &call.env, call.corp(), &request.unionid, &request.task_id)?;
    let period = |one: send::Readers| Period { start_time: one.from, hours: one.hours, readers: one.readers };
    let day = |one: send::SendDay| DayRow {
        day: one.day.to_string(),
        is_over: one.is_over,
        views: one.views,
        comments: one.comments,
    };
    Ok(Response {
        send_time: sent_at,
        periods: readers.into_iter().map(period).collect(),
        readers_without_time: untimed,
        days: days.into_iter().map(day).collect(),
    })
}
