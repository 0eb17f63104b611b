//! `/v1.0/datacenter`: the data catalogue. Its services differ in path, permission and numbers alone, so they are rows of one
//! table rather than files.

pub mod digital_county;
pub mod kpi;
mod table;

use carillon_domain::stats::read::{self, DayStatistics};
use carillon_model::error::{Error, Result};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use kpi::Meta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use table::SERVICES;

/// `statDate` is missing.
pub const DAY_MISSING: Code = Code::both(40035, "statDate请求参数为空", "statDate.is.null", 500);
/// `statDate` is no day, or a future one. Decided: the page gives this code without a text.
pub const DAY_BAD: Code = Code::both(40035, "statDate格式错误", "statDate.format.iserror", 500);

/// The request.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The day, `yyyyMMdd`, in the organisation's time zone.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    stat_date: String,
}

/// The answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// One row: `stat_date`, `corp_id`, and each number under its id with `_DAY`.
    data_list: Vec<Map<String, Value>>,
    /// What the numbers are.
    meta_list: Vec<Meta>,
}

/// The declarations.
pub fn operations() -> impl Iterator<Item = Operation> {
    let services = SERVICES.iter().map(|service| {
        Operation::v1(service.id, service.path)
            .get()
            .title(service.title_zh, service.title_en)
            .permission(service.permission)
            .missing("statDate", DAY_MISSING)
            .bad_field("statDate", DAY_BAD)
            .example(json!({ "statDate": "20251009" }))
            .statistic(answer)
    });
    services.chain([digital_county::org_infos::query::operation()])
}

fn answer(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let service = SERVICES.iter().find(|service| service.id == call.operation);
    let service = service.ok_or_else(|| Error::internal("the service is not in the table"))?;
    let day = read::requested_day(tx, &call.env, call.corp(), "statDate", &request.stat_date)?;
    let day = DayStatistics::open(tx, call.corp(), day)?;
    let mut row = Map::new();
    row.insert("stat_date".to_owned(), day.day.to_string().into());
    row.insert("corp_id".to_owned(), call.corp().as_str().into());
    for kpi in service.kpis {
        row.insert(kpi.key(), kpi.value(tx, &day)?);
    }
    Ok(Response { data_list: vec![row], meta_list: service.kpis.iter().map(kpi::Kpi::meta).collect() })
}
