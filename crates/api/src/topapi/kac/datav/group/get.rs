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
    /// Groups of every type at the end of the day, without dissolved ones.
    inner_group_cnt: u64,
    /// Department groups at the end of the day, without dissolved ones.
    dept_group_cnt: u64,
}

pub fn operation() -> Operation {
    Operation::legacy("statistics.group_summary", "/topapi/kac/datav/group/get")
        .title("获取企业各类群组创建情况", "Group counts to date")
        .purpose(
            "返回截至某天结束时的群总数和部门群数，不含已解散的群。这是累计数，不是当天新建数；\
             当天新建的群数见“获取企业聊天数据”。",
            "Returns how many groups the organisation had at the end of a day, in total and of departments, without \
             dissolved ones. Groups created on the day are in `statistics.chat_summary`.",
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
    Ok(Response {
        result: Numbers {
            inner_group_cnt: day.groups(tx, None)?,
            dept_group_cnt: day.groups(tx, Some(GroupKind::Department))?,
        },
    })
}
