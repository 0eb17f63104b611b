//! `statistics.microapp_list`: the apps used on a day.

use carillon_domain::stats::read;
use carillon_model::{
    app::statistic_permission,
    error::{Error, Result},
    fact::AppOrigin,
    statistic::Apps,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::day_page::DayPage;
use crate::topapi::kac::{
    request::{DayPageRequest, Wrapped, open_day},
    response::{Page, Response},
};

/// Days back, not counting today, that a request may name.
const MAX_DAYS_BACK: i32 = 90;

/// An app.
#[derive(Serialize, JsonSchema)]
struct AppRow {
    /// The name of the app, as the facts about its use give it.
    micro_app_name: String,
    /// The origin of the app: 1 a third party, 2 the platform, 3 the organisation.
    #[schemars(extend("enum" = [1, 2, 3]))]
    micro_app_type: u8,
    /// Members who used the app on the day.
    micro_app_user_count: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.microapp_list", "/topapi/kac/datav/microapp/detail/list")
        .title("获取企业应用访问情况", "App usage")
        .purpose(
            "列出某天有人使用的应用及使用人数，按应用当天首次出现的先后排列。没有人使用的应用不返回；\
             只能查最近 90 天。数据由其他系统通过“写入事实数据”写入。",
            "Lists the apps that members used on a day and how many did, in the order in which the facts of the day \
             first name them. Apps that nobody used are not listed, and days before the last 90 are refused. The \
             facts come from other systems, by `carillon.facts_ingest`.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<AppRow>>> {
    let day = open_day(tx, call, &request.data_id)?;
    if day.day < read::today(tx, &call.env, call.corp())?.plus(-MAX_DAYS_BACK) {
        return Err(Error::invalid("request.data_id", "must be within the last 90 days"));
    }
    let apps = day.part::<Apps>(tx)?;
    let after_cursor = apps.0.iter().filter(|app| app.seq > request.cursor);
    let page = DayPage::of(after_cursor, request.size, |app| app.seq);
    let page = page.map(|app| AppRow {
        micro_app_name: app.name.clone(),
        micro_app_type: match app.origin {
            AppOrigin::ThirdParty => 1,
            AppOrigin::Official => 2,
            AppOrigin::SelfBuilt => 3,
        },
        micro_app_user_count: app.users,
    });
    Ok(page.into())
}
