//! `statistics.group_summary`: groups to date.

use carillon_model::{app::statistic_permission, error::Result, group::GroupKind};
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
    /// Groups of every type, without dissolved ones.
    inner_group_cnt: u64,
    /// Department groups, counted likewise.
    dept_group_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.group_summary", "/topapi/kac/datav/group/get")
        .title("获取企业各类群组创建情况", "Group counts to date")
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
    Ok(Response {
        result: Numbers {
            inner_group_cnt: day.groups(tx, None)?,
            dept_group_cnt: day.groups(tx, Some(GroupKind::Department))?,
        },
    })
}
