//! `group.active_list`: the activity of each internal group on a day.

use carillon_domain::{
    group::{self, DayQuery, GroupOnDay},
    page::Page,
    stats::read::requested_day,
};
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    group::GroupKind,
    id::ConversationId,
    time,
};
use carillon_store::Tx;
use carillon_wire::{Call, Code, Operation};
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

const MISSING: Code = Code::both(40035, "没有传递必传参数", "param.blank", 400);

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The day, `yyyyMMdd`, in the organisation's time zone. Not in the future; today is counted so far.
    #[schemars(length(min = 1, max = 32), extend("pattern" = "^[0-9]{8}$"))]
    stat_date: String,
    /// Only this group, by its `openConversationId`; all groups when absent.
    #[schemars(length(max = 128))]
    ding_group_id: Option<ConversationId>,
    /// The number of the page, from 1.
    #[schemars(range(min = 1), extend("x-aliases" = ["pageStart"]))]
    page_number: i64,
    /// The most groups on a page.
    #[schemars(range(min = 1, max = 200))]
    page_size: i64,
    /// 1 all staff, 2 a department's, 3 any others, 4 scene groups; all when absent.
    #[schemars(extend("enum" = [1, 2, 3, 4, null]))]
    group_type: Option<i64>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The groups that existed that day, oldest first, also those without activity.
    data: Vec<Item>,
    /// The number of groups on all pages.
    total_count: i64,
}

/// A group on the day.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// The day of the request, `yyyyMMdd`.
    stat_date: String,
    /// The id of the group (`openConversationId`).
    ding_group_id: ConversationId,
    /// When the group was created, `yyyy-MM-dd HH:mm:ss` in the organisation's time zone.
    group_create_time: String,
    /// The unionid of the creator, also of one who has left; empty if unknown.
    group_create_user_id: String,
    /// The name of the creator; empty if unknown.
    group_create_user_name: String,
    /// The title of the group now.
    group_name: String,
    /// 1 all staff, 2 a department's, 3 any others, 4 a scene group.
    #[schemars(extend("enum" = [1, 2, 3, 4]))]
    group_type: i64,
    /// Members of the group at the end of the day.
    #[serde(rename = "groupUserCnt1d")]
    group_user_cnt_1d: i64,
    /// Members who sent a message to the group that day.
    #[serde(rename = "sendMessageUserCnt1d")]
    send_message_user_cnt_1d: u64,
    /// Messages that were sent to the group that day.
    #[serde(rename = "sendMessageCnt1d")]
    send_message_cnt_1d: u64,
    /// Members who opened the group that day.
    #[serde(rename = "openConvUv1d")]
    open_conv_uv_1d: u64,
}

pub fn operation() -> Operation {
    Operation::v1("group.active_list", "/v1.0/exclusive/data/activeGroups")
        .get()
        .title("获取群活跃明细列表", "Group activity detail")
        .purpose(
            "查询某一天各内部群的活跃情况：成员数、消息数、发言人数和打开人数。当天存在的群都会返回，没有活动的计为 0，当天解散的也包括在内。",
            "Returns the activity of each internal group on a day: members, messages, senders and those who opened it. All groups that existed that day are listed, with zeros where nothing happened, also those that were dissolved on it.",
        )
        .permission("Custom.Common.Read")
        .app_types(&[AppType::Internal, AppType::Isv])
        .missing("statDate", MISSING)
        .missing("pageNumber", MISSING)
        .missing("pageSize", MISSING)
        .example(json!({
            "statDate": "20251009",
            "dingGroupId": "cidSample0001==",
            "pageNumber": 1,
            "pageSize": 20,
            "groupType": 4,
        }))
        .statistic(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let day = requested_day(tx, &call.env, call.corp(), "statDate", &request.stat_date)?;
    let query = DayQuery {
        day,
        id: request.ding_group_id.filter(|id| !id.as_str().is_empty()),
        kind: request.group_type.and_then(GroupKind::parse),
    };
    let page = Page { start: request.page_number, size: request.page_size };
    let found = group::day(tx, call.corp(), &query, page)?;
    let zone = time::zone(&tx.state().corp(call.corp())?.corp.time_zone)
        .ok_or_else(|| Error::internal("no known time zone"))?;
    let stat_date = day.to_string();
    let items = found.items.into_iter().map(|activity| item(&stat_date, &zone, activity));
    Ok(Response { data: items.collect(), total_count: found.total })
}

fn item(stat_date: &str, zone: &TimeZone, activity: GroupOnDay) -> Item {
    let GroupOnDay { group, creator, messages, senders, openers } = activity;
    Item {
        stat_date: stat_date.to_owned(),
        ding_group_id: group.id,
        group_create_time: group.created_at.format_in(zone),
        group_create_user_id: creator.unionid,
        group_create_user_name: creator.name,
        group_name: group.title,
        group_type: group.kind.number(),
        group_user_cnt_1d: group.members,
        send_message_user_cnt_1d: senders,
        send_message_cnt_1d: messages,
        open_conv_uv_1d: openers,
    }
}
