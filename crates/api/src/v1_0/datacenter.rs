//! `/v1.0/datacenter`: the data catalogue. Its services only differ in path, permission and numbers, so that they are rows of one
//! table.

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

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(digital_county::OPERATIONS), Entry::Table(operations)];

/// `statDate` is missing.
pub const DAY_MISSING: Code = Code::both(40035, "statDate请求参数为空", "statDate.is.null", 500);
/// `statDate` is no day, or a future one. Decided: the page gives this code without a text.
pub const DAY_BAD: Code = Code::both(40035, "statDate格式错误", "statDate.format.iserror", 500);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    stat_date: String,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// One row: `stat_date`, `corp_id`, and each number under its `kpiId` with `_DAY`, such as `4004_DAY`.
    data_list: Vec<Map<String, Value>>,
    /// Descriptions of the numbers of the row, in the same order.
    meta_list: Vec<Meta>,
}

fn operations() -> Vec<Operation> {
    let operations = table::SERVICES.iter().map(|service| {
        Operation::v1(service.id, service.path)
            .get()
            .title(service.title_zh, service.title_en)
            .purpose(service.purpose_zh, service.purpose_en)
            .permission(service.permission)
            .missing("statDate", DAY_MISSING)
            .bad_field("statDate", DAY_BAD)
            .example(json!({ "statDate": "20251009" }))
            .statistic(handle)
    });
    operations.collect()
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let service = table::SERVICES.iter().find(|service| service.id == call.operation);
    let service = service.ok_or_else(|| Error::internal("the service is not in the table"))?;
    let day = read::requested_day(tx, &call.env, call.corp(), "statDate", &request.stat_date)?;
    let day = DayStatistics::open(tx, call.corp(), day)?;
    let mut row = Map::new();
    row.insert("stat_date".to_owned(), day.day.to_string().into());
    row.insert("corp_id".to_owned(), call.corp().as_str().into());
    for number in service.numbers() {
        row.insert(kpi::key(number), kpi::value(number.source.of_organisation(tx, &day)?));
    }
    Ok(Response { data_list: vec![row], meta_list: service.numbers().iter().map(kpi::meta).collect() })
}
