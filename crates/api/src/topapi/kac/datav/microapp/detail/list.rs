//! `statistics.microapp_list`: who used which app on a day.

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

use crate::topapi::kac::{
    asked::{OnePage, Wrapped, day},
    shown::{Answer, Page},
};

/// So many days back, today not counted, can be asked for.
const DAYS: i32 = 90;

/// An app.
#[derive(Serialize, JsonSchema)]
struct Shown {
    /// Its name.
    micro_app_name: String,
    /// Where it comes from: 1 a third party, 2 the platform, 3 the organisation itself.
    #[schemars(extend("enum" = [1, 2, 3]))]
    micro_app_type: u8,
    /// Members who used it.
    micro_app_user_count: u64,
}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("statistics.microapp_list", "/topapi/kac/datav/microapp/detail/list")
        .title("获取企业应用访问情况", "App usage")
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .statistic(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, asked: Wrapped<OnePage>) -> Result<Answer<Page<Shown>>> {
    let asked = asked.request;
    let day = day(tx, call, &asked.data_id)?;
    if day.day < read::today(tx, &call.env, call.corp())?.plus(-DAYS) {
        return Err(Error::invalid("request.data_id", "must be within the last 90 days"));
    }
    let apps = day.part::<Apps>(tx)?;
    let rest = apps.0.iter().filter(|app| app.seq > asked.cursor);
    let page = Page::of(rest, asked.size, |app| app.seq);
    let result = page.show(|app| Shown {
        micro_app_name: app.name.clone(),
        micro_app_type: match app.origin {
            AppOrigin::ThirdParty => 1,
            AppOrigin::Official => 2,
            AppOrigin::SelfBuilt => 3,
        },
        micro_app_user_count: app.users,
    });
    Ok(Answer { result })
}
