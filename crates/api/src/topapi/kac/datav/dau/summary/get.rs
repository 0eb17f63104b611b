//! `statistics.dau_summary`: active users of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::Metric};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::topapi::kac::{
    request::{DayRequest, Wrapped, open_day},
    response::Response,
};

/// The numbers of the day.
#[derive(Serialize, JsonSchema)]
struct Numbers {
    /// Members who signed in on the day.
    daily_active_users: u64,
    /// Members of the day who have ever signed in.
    activated_count: u64,
    /// Members at the end of the day.
    contacts_count: u64,
    /// Members who sent messages, to persons or groups.
    chat_user_count: u64,
    /// Members who signed in on a phone.
    app_active_users: u64,
    /// Members who signed in on a computer.
    pc_active_users: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.dau_summary", "/topapi/kac/datav/dau/summary/get")
        .title("统计企业活跃用户", "Daily active users")
        .purpose(
            "返回全企业某天的活跃成员数：当天登录过的成员，并区分手机和电脑，以及当天的成员总数和曾经登录过的人数。\
             查询当天返回截至目前的数字，明细保留期内补写的登录数据也会计入。",
            "Returns how many members signed in on a day, on phones and on computers, how many there were, and how \
             many of them had ever signed in. Today has the numbers so far, and facts about sign-ins that arrive \
             later count while those of the day are kept.",
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
    let activated = day.activated(tx)?;
    let totals = &summary.totals;
    Ok(Response {
        result: Numbers {
            daily_active_users: totals.users(Metric::Logins),
            activated_count: activated.len(),
            contacts_count: summary.contacts,
            chat_user_count: totals.users(Metric::Messages),
            app_active_users: totals.users(Metric::MobileLogins),
            pc_active_users: totals.users(Metric::DesktopLogins),
        },
    })
}
