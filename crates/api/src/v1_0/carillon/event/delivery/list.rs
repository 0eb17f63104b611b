//! `carillon.event_delivery_list`: the delivery log of an app. An operation of Carillon.

use carillon_domain::event::log;
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    event::DeliveryState,
    id::{AppKey, EventSeq},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{LogFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{EventRow, kind_of};
use crate::v1_0::carillon::{APPS_AND_LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app, by its key. The calling app if absent; operators and local callers must name one.
    #[schemars(length(max = 128))]
    app_key: Option<AppKey>,
    /// Only events in this state: `waiting`, `delivered` or `failed`; all when absent.
    state: Option<String>,
    /// Only events of this name; `check_url` for tests; all when absent.
    event_type: Option<String>,
    /// Only events that happened at this time or later, in ms since 1970; no limit when absent.
    start_time: Option<Timestamp>,
    /// Only events that happened before this time, in ms since 1970; no limit when absent.
    end_time: Option<Timestamp>,
    /// The most events on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    #[serde(default = "default_size")]
    max_results: i64,
    /// `next_token` of the previous page; absent for the first page.
    next_token: Option<EventSeq>,
}

fn default_size() -> i64 {
    20
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The events that match all conditions, newest first.
    events: Vec<EventRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<EventSeq>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.event_delivery_list", "/v1.0/carillon/event/delivery/list")
        .title("查询事件推送记录", "Delivery log of events")
        .purpose(
            "分页查询推送给一个应用的事件及其每次投递，从新到旧排列，可按状态、事件名和时间筛选。已投递和失败的事件默认保存 7 天（配置 `retention.delivery_log_days`）。",
            "Returns the events for an app with their attempts, newest first, by state, name and time. Delivered and failed events are stored for 7 days by default (`retention.delivery_log_days` in the configuration).",
        )
        .permission("qyapi_base")
        .app_types(&[AppType::Internal, AppType::Isv])
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Developer])
        .example(json!({ "app_key": "dingappkey0001", "state": "failed", "event_type": "user_add_org", "start_time": 1_760_000_000_000_i64, "end_time": 1_760_003_600_000_i64, "max_results": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let state = request.state.map(|name| {
        let state = DeliveryState::parse(&name);
        state.ok_or_else(|| Error::invalid("state", "must be waiting, delivered or failed"))
    });
    let filter = LogFilter {
        state: state.transpose()?,
        kind: kind_of(request.event_type)?,
        before: request.next_token,
        since: request.start_time,
        until: request.end_time,
    };
    let app = apps::named(tx, call, "app_key", request.app_key.as_ref())?;
    let mut entries = log::entries(tx, call.corp(), &app.key, filter, request.max_results + 1)?;
    let page_size = usize::try_from(request.max_results).unwrap_or(usize::MAX);
    let has_more = entries.len() > page_size;
    entries.truncate(page_size);
    let next_token = entries.last().filter(|_| has_more).map(|entry| entry.event.seq);
    Ok(Response { events: entries.into_iter().map(EventRow::of).collect(), next_token })
}
