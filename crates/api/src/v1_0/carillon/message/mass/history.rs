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
    /// The account that sent it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The id that the send returned.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// When it was sent, in ms.
    send_time: Timestamp,
    /// Readers of each period since: hours for three days, then days. The last period is the current one; whoever reads it after 90 days
    /// counts as one of the 90th.
    periods: Vec<Period>,
    /// Readers whose time is not known: from before Carillon stored it.
    readers_without_time: u64,
    /// Each day from that of the send on, at most 31, for sends with articles; empty for others.
    days: Vec<DayRow>,
}

/// A period since the send.
#[derive(Serialize, JsonSchema)]
struct Period {
    /// When it begins, in ms.
    start_time: Timestamp,
    /// Its length in hours.
    hours: i64,
    /// Members who read the send in it.
    readers: u64,
}

/// A day of a send with articles.
#[derive(Serialize, JsonSchema)]
struct DayRow {
    /// The day, `yyyyMMdd`.
    day: String,
    /// Whether it is over.
    is_over: bool,
    /// Views of its articles, wherever readers found them.
    views: u64,
    /// Comments below them that came with this send.
    comments: u64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_history", "/v1.0/carillon/message/mass/history")
        .title("查询群发随时间的阅读情况", "What became of a mass send over time")
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
