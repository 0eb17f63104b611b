//! `group.org_group_infos`: a page of the internal groups of the organisation.

use std::collections::BTreeMap;

use carillon_domain::{
    group::{self, GroupQuery, GroupWithOwner},
    page::Page,
};
use carillon_model::{
    app::AppType,
    env::Env,
    error::{Error, Result},
    group::GroupState,
    id::{ConversationId, CorpId, UserId},
    time::{self, DAY_MS, HOUR_MS, SECOND_MS, Timestamp},
};
use carillon_store::{GroupFilter, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The most members that a group may have; no limit when absent.
    group_members_count_end: Option<i64>,
    /// The fewest members that a group may have; no limit when absent.
    group_members_count_start: Option<i64>,
    /// Only groups whose files are also stored in the drive: 0 not, 1 stored; all when absent.
    #[schemars(extend("enum" = [0, 1, null]))]
    sync_to_dingpan: Option<i64>,
    /// Only groups of this owner, by userid; all when absent.
    #[schemars(length(max = 128))]
    group_owner: Option<UserId>,
    /// Only groups created at this moment or before. Decided: in ms; a number below that of 1973 is in seconds.
    create_time_end: Option<i64>,
    /// Only groups created at this moment or later, in ms or seconds as `createTimeEnd`.
    create_time_start: Option<i64>,
    /// Only groups last active at this moment or before, in ms or seconds as `createTimeEnd`.
    last_active_time_end: Option<i64>,
    /// Only groups last active at this moment or later, in ms or seconds as `createTimeEnd`.
    last_active_time_start: Option<i64>,
    /// A part of the title of the group; all when absent. Decided: case is ignored.
    #[schemars(length(max = 128))]
    group_name: Option<String>,
    /// The userid of the member who asks; it must be that of a member.
    #[schemars(length(min = 1, max = 128))]
    operator_user_id: UserId,
    /// The same for all pages of a query. Without effect: pages do not shift, since the oldest groups come first.
    #[serde(rename = "uuid")]
    #[schemars(length(min = 1, max = 128))]
    _uuid: String,
    /// The number of the page, from 1.
    #[schemars(range(min = 1))]
    page_start: i64,
    /// The most groups on a page. Decided: at most 100.
    #[schemars(range(min = 1, max = 100))]
    page_size: i64,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The number of groups on all pages.
    total_count: i64,
    /// The number of groups on this page.
    item_count: usize,
    /// The groups of the page, in the order in which they became known, oldest first.
    items: Vec<Item>,
}

/// A group.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    /// The id of the group (`openConversationId`).
    open_conversation_id: ConversationId,
    /// The name of the owner; empty if nobody is left in the group.
    group_owner: String,
    /// The title of the group now.
    group_name: String,
    /// The number of administrators beside the owner.
    group_admins_count: i64,
    /// The number of members of the group, with the owner.
    group_members_count: i64,
    /// When the group was created, in ms since 1970.
    group_create_time: Timestamp,
    /// When the last message was sent, in ms since 1970; the time of creation if there is none.
    group_last_active_time: Timestamp,
    /// The same time as Chinese text: how long ago, or the day (yyyyMMdd) after a week.
    group_last_active_time_show: String,
    /// Whether files of the group are also stored in the drive: 0 no, 1 yes.
    sync_to_dingpan: i64,
    /// The size of the files of the group, in bytes.
    used_quota: i64,
    /// The userid of the owner; empty if nobody is left in the group.
    group_owner_user_id: String,
    /// -1 dissolved, 0 without members, 1 normal.
    #[schemars(extend("enum" = [-1, 0, 1]))]
    status: i64,
    /// The id of the template of a scene group; else empty.
    template_id: String,
    /// The name of the template of a scene group; else empty.
    template_name: String,
    /// Custom attributes of the group, texts by name.
    extensions: BTreeMap<String, String>,
}

pub fn operation() -> Operation {
    Operation::v1("group.org_group_infos", "/v1.0/exclusive/securities/orgGroupInfos")
        .get()
        .title("查询企业内部群信息", "Query internal groups")
        .purpose(
            "按条件分页查询企业内部群，包括已解散的群和仅由事实数据得知的群。各条件同时生效，不传的条件不起作用。群按出现的先后排列，翻页期间新建的群排在最后。",
            "Lists internal groups of the organisation by conditions that must all hold, also dissolved groups and those that only facts name. Groups are in the order in which they became known, so pages do not shift while groups are made.",
        )
        .permission("Custom.Group.Read")
        .app_types(&[AppType::Internal, AppType::Isv])
        .example(json!({
            "groupMembersCountStart": 1,
            "groupMembersCountEnd": 500,
            "syncToDingpan": 0,
            "groupOwner": "user01",
            "createTimeStart": 1_700_000_000_000_i64,
            "createTimeEnd": 1_800_000_000_000_i64,
            "lastActiveTimeStart": 1_700_000_000_000_i64,
            "lastActiveTimeEnd": 1_800_000_000_000_i64,
            "groupName": "Team",
            "operatorUserId": "user01",
            "uuid": "7d9f2c1e-0001",
            "pageStart": 1,
            "pageSize": 20,
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let range = |start: Option<i64>, end: Option<i64>| (start.unwrap_or(i64::MIN), end.unwrap_or(i64::MAX));
    let moments = |start: Option<i64>, end: Option<i64>| {
        (
            start.map_or(Timestamp(i64::MIN), |start| moment(start, 0)),
            end.map_or(Timestamp(i64::MAX), |end| moment(end, SECOND_MS - 1)),
        )
    };
    let filter = GroupFilter {
        title: request.group_name.unwrap_or_default(),
        owner: None,
        synced_to_drive: request.sync_to_dingpan.map(|synced| synced == 1),
        members: range(request.group_members_count_start, request.group_members_count_end),
        created: moments(request.create_time_start, request.create_time_end),
        active: moments(request.last_active_time_start, request.last_active_time_end),
    };
    let query = GroupQuery { operator: request.operator_user_id, owner: request.group_owner, filter };
    let page = Page { start: request.page_start, size: request.page_size };
    let found = group::list(tx, call.corp(), query, page)?;
    let items = found
        .items
        .into_iter()
        .map(|found| item(tx, &call.env, call.corp(), found))
        .collect::<Result<Vec<_>>>()?;
    Ok(Response { total_count: found.total, item_count: items.len(), items })
}

/// Converts a number of ms or of seconds. `within_second_ms` is added to one of seconds.
fn moment(number: i64, within_second_ms: i64) -> Timestamp {
    const BEFORE_1973_IN_MS: u64 = 100_000_000_000;
    if number.unsigned_abs() < BEFORE_1973_IN_MS {
        Timestamp(number * SECOND_MS + within_second_ms)
    } else {
        Timestamp(number)
    }
}

fn item(tx: &Tx<'_>, env: &Env, corp: &CorpId, found: GroupWithOwner) -> Result<Item> {
    let GroupWithOwner { group, owner } = found;
    let status = match group.state() {
        GroupState::Dissolved => -1,
        GroupState::Empty => 0,
        GroupState::Normal => 1,
    };
    let zone = &tx.state().corp(corp)?.corp.time_zone;
    let (owner_user_id, owner_name) = owner.unzip();
    Ok(Item {
        group_owner: owner_name.unwrap_or_default(),
        group_owner_user_id: owner_user_id.map(|userid| userid.to_string()).unwrap_or_default(),
        group_name: group.title,
        group_admins_count: group.administrator_count,
        group_members_count: group.member_count,
        group_create_time: group.created_at,
        group_last_active_time: group.active_at,
        group_last_active_time_show: ago(env.now(), group.active_at, zone)?,
        sync_to_dingpan: group.synced_to_drive.into(),
        used_quota: group.used_bytes,
        status,
        template_id: group.template.id,
        template_name: group.template.name,
        extensions: group.extensions,
        open_conversation_id: group.id,
    })
}

/// Decided: relative within a week, then the day.
fn ago(now: Timestamp, then: Timestamp, zone: &str) -> Result<String> {
    const MINUTE_MS: i64 = 60 * SECOND_MS;
    let passed = now.0.saturating_sub(then.0);
    Ok(match passed {
        ..MINUTE_MS => "刚刚".to_owned(),
        MINUTE_MS..HOUR_MS => format!("{}分钟前", passed / MINUTE_MS),
        HOUR_MS..DAY_MS => format!("{}小时前", passed / HOUR_MS),
        _ if passed < 7 * DAY_MS => format!("{}天前", passed / DAY_MS),
        _ => {
            let zone = time::zone(zone).ok_or_else(|| Error::internal("no known time zone"))?;
            then.day(&zone).to_string()
        }
    })
}
