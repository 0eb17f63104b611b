//! `statistics.app_version`: which versions of which clients members signed in with on a day.

use carillon_domain::stats::read::{DayStatistics, requested_day};
use carillon_model::{
    app::statistic_permission::DATA_PRODUCT,
    day::Day,
    error::Result,
    fact::Client,
    statistic::{VersionUse, Versions},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::super::{DayPageRequest, Rows};
use crate::day_page::DayPage;

/// A version of a client.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Version {
    /// The day of the request, `yyyyMMdd`.
    stat_date: String,
    /// The name of the organisation now.
    org_name: String,
    /// The platform of the client.
    client: Client,
    /// The version of the client, as it reported it.
    app_version: String,
    /// Members who signed in with this version that day.
    user_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::v1("statistics.app_version", "/v1.0/exclusive/data/appVersion/org/{dataId}")
        .get()
        .title("获取用户版本分布情况", "Client versions in use")
        .purpose(
            "查询某一天成员登录时使用的客户端及其版本，每个版本一行。成员当天使用过几个版本，就在几行中各计一次。收件箱网页的版本号是 Carillon 的版本号。",
            "Returns the clients and versions with which members signed in on a day, a row for each. A member who used several counts in each of them. The version of the web inbox is that of Carillon.",
        )
        .permission(DATA_PRODUCT)
        .example(json!({ "dataId": "20251009", "nextToken": 0, "maxResults": 20 }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DayPageRequest) -> Result<Rows<Version>> {
    let day = requested_day(tx, &call.env, call.corp(), "dataId", &request.data_id)?;
    let versions = DayStatistics::open(tx, call.corp(), day)?.part::<Versions>(tx)?;
    let name = &tx.state().corp(call.corp())?.corp.name;
    // The token is the position of the first fact of the last version: new facts come after it.
    let after_token = versions.0.iter().filter(|version| version.seq > request.next_token);
    let page = DayPage::of(after_token, request.max_results, |version| version.seq);
    Ok(page.map(|version| version_row(day, name, version)).into())
}

fn version_row(day: Day, organisation: &str, version: &VersionUse) -> Version {
    Version {
        stat_date: day.to_string(),
        org_name: organisation.to_owned(),
        client: version.client,
        app_version: version.version.clone(),
        user_cnt: version.users,
    }
}
