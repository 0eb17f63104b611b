//! `statistics.telconf_detail_list`: the phone conferences of a day.

use carillon_model::{app::statistic_permission, error::Result, statistic::PhoneMeetings};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use crate::topapi::kac::{
    meeting::{self, MeetingRow},
    request::{DayPageRequest, Wrapped, open_day},
    response::{Page, Response},
};

pub fn operation() -> Operation {
    Operation::legacy("statistics.telconf_detail_list", "/topapi/kac/datav/telconf/detail/list")
        .title("获取企业电话会议明细列表", "List phone meetings")
        .purpose(
            "列出某天接通的电话会议，附发起人、起止时间和参会人数。未接通的会议不返回；会议计入其开始的那一天。\
             数据由其他系统通过“写入事实数据”写入。",
            "Lists the phone conferences of a day that were connected, each with its starter, its times and the \
             number of participants. Others are left out, and a conference belongs to the day on which it began. \
             The facts come from other systems, by `carillon.facts_ingest`.",
        )
        .permission(statistic_permission::DATA_PRODUCT)
        .example(json!({ "request": { "data_id": "20251009", "size": 20, "cursor": 0 } }))
        .statistic(handle)
}

fn handle(
    tx: &mut Tx<'_>,
    call: &Call,
    Wrapped { request }: Wrapped<DayPageRequest>,
) -> Result<Response<Page<MeetingRow>>> {
    let day = open_day(tx, call, &request.data_id)?;
    let meetings = day.part::<PhoneMeetings>(tx)?;
    meeting::list(tx, call, &day, &meetings.0, &request)
}
