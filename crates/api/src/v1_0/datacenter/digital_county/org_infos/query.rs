//! `statistics.dc_county_orgs`: organisations of a digital county on some days.
//!
//! Decided: the shape of the result is not documented. It is the text of a list, with one entry for each day: the organisation,
//! its members, how many of them have ever signed in, and how many did on the day. An app only sees its own organisation;
//! others are left out.

use carillon_domain::stats::read::{self, DayStatistics};
use carillon_model::{
    app::statistic_permission,
    error::{Error, Result},
    id::CorpId,
    statistic::Metric,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The days, `yyyyMMdd`, none of them in the future. Decided: at most a year of them.
    #[schemars(length(min = 1, max = 366), inner(regex(pattern = "^[0-9]{8}$")))]
    stat_dates: Vec<String>,
    /// The organisations by `corpId`; those that are not the app's own are left out. Decided: at most 1000.
    #[schemars(length(min = 1, max = 1_000))]
    corp_ids: Vec<CorpId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The days of the request, followed by its organisations.
    arguments: Vec<String>,
    /// The text of a JSON list: each day with `contacts_count`, `activated_count` and `daily_active_users` of the organisation.
    result: String,
}

/// An organisation on a day.
#[derive(Serialize)]
struct Entry {
    stat_date: String,
    corp_id: CorpId,
    org_name: String,
    contacts_count: u64,
    activated_count: u64,
    daily_active_users: u64,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.dc_county_orgs", "/v1.0/datacenter/digitalCounty/orgInfos/query")
        .title("获取数字区县组织信息", "Digital county organisations")
        .purpose(
            "查询企业在若干天的成员数、累计激活人数和当天活跃人数。应用只能看到自己所属的企业。文档没有规定 `result` 的内容，这里返回每天一项的 JSON 文本。",
            "Returns members, members activated to date and active members of the organisation on some days. An app sees its own organisation only. The form of `result` is not documented: here it is the text of a JSON list with an entry for each day.",
        )
        .permission(statistic_permission::COUNTY)
        .example(json!({ "statDates": ["20251009"], "corpIds": ["dingcorp0001"] }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let mut entries = Vec::new();
    for (index, text) in request.stat_dates.iter().enumerate() {
        let day =
            read::requested_day(tx, &call.env, call.corp(), "statDates", text).map_err(
                |error| match error {
                    Error::Invalid { reason, .. } => Error::invalid(format!("statDates[{index}]"), reason),
                    other => other,
                },
            )?;
        if !request.corp_ids.contains(call.corp()) {
            continue;
        }
        let day = DayStatistics::open(tx, call.corp(), day)?;
        let summary = day.summary(tx)?;
        entries.push(Entry {
            stat_date: day.day.to_string(),
            corp_id: call.corp().clone(),
            org_name: tx.state().corp(call.corp())?.corp.name.clone(),
            contacts_count: summary.contacts,
            activated_count: day.activated(tx)?.len(),
            daily_active_users: summary.totals.users(Metric::Logins),
        });
    }
    let corps = request.corp_ids.into_iter().map(|corp| corp.to_string());
    let arguments = request.stat_dates.into_iter().chain(corps).collect();
    Ok(Response { arguments, result: serde_json::to_string(&entries).map_err(Error::internal)? })
}
