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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The last twelve months from the creation of the account on, the earliest first.
    months: Vec<Month>,
}

/// The sends of a month, without previews.
#[derive(Serialize, JsonSchema)]
struct Month {
    /// Its first day, `yyyyMMdd`, in the organisation's time zone.
    first_day: String,
    /// Whether it is over.
    is_over: bool,
    /// How many sends, recalled ones included.
    sends: i64,
    /// The receivers of each send, added up.
    receivers: i64,
    /// The readers of each send, added up.
    readers: i64,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_months", "/v1.0/carillon/message/mass/months")
        .title("查询服务号每月的群发与阅读", "Sends and readers of an account by month")
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
