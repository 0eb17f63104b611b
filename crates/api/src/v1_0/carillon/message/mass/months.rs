//! `carillon.mass_months`: sends, receivers and readers of an account by month. An operation of Carillon.

use carillon_domain::send;
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The last twelve months with the current one, none before the creation of the account; the earliest first.
    months: Vec<Month>,
}

/// The sends of a month, without previews.
#[derive(Serialize, JsonSchema)]
struct Month {
    /// The first day of the month, `yyyyMMdd`, in the organisation's time zone.
    first_day: String,
    /// Whether the month is over, so that no sends are added to it.
    is_over: bool,
    /// The number of sends of the account in the month, with recalled ones and without previews.
    sends: i64,
    /// The numbers of receivers of the sends, added up: a member counts once for each send.
    receivers: i64,
    /// The numbers of readers of the sends, added up: a member counts once for each send.
    readers: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_months", "/v1.0/carillon/message/mass/months")
        .title("查询服务号每月的群发与阅读", "Sends and readers of an account by month")
        .purpose(
            "按月统计服务号最近 12 个月的群发次数、接收人数和已读人数，不含预览，包括已撤回的群发。",
            "Returns the sends, receivers and readers of a service account for each of the last twelve \
             months. Previews do not count; recalled sends do.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001" }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let months = send::months(tx, &call.env, call.corp(), &request.unionid)?.into_iter().map(|one| Month {
        first_day: one.first.to_string(),
        is_over: one.is_over,
        sends: one.totals.sends,
        receivers: one.totals.receivers,
        readers: one.totals.readers,
    });
    Ok(Response { months: months.collect() })
}
