//! A valid request of each operation. They succeed on one [`Fixture`] in the order of [`operations`].

use std::{collections::BTreeMap, sync::LazyLock};

use carillon_wire::Operation;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

use testkit::server::NOW;

use crate::matrix::fixture::Fixture;

/// The day of [`NOW`].
const DAY: &str = "20251009";

/// The ids of operations in the order in which their requests succeed on one fixture: those that remove or restrict something come after
/// those that need it.
const ORDER: &str = include_str!("request_order.txt");

/// Returns all operations in the order in which their requests succeed on one fixture. Those that are not listed come last.
pub fn operations() -> Vec<Operation> {
    let position = |operation: &Operation| ORDER.lines().position(|id| id == operation.id);
    let mut operations = carillon_api::operations();
    operations.sort_by_key(|operation| position(operation).unwrap_or(usize::MAX));
    operations
}

/// The fields of a request that succeeds: the example of the operation, unless it needs others. `None` if the body is a file.
pub fn request(fixture: &Fixture, operation: &str) -> Option<Map<String, Value>> {
    let Fixture { account, picture, published, draft, card, dept, below, role, group, .. } = fixture;
    let fields = match operation {
        "credentials.media_upload" | "carillon.facts_ingest" => return None,
        "credentials.gettoken" => {
            json!({ "appkey": fixture.server.credentials.0, "appsecret": fixture.server.credentials.1 })
        }
        "credentials.access_token" => {
            json!({ "appKey": fixture.server.credentials.0, "appSecret": fixture.server.credentials.1 })
        }
        "credentials.get_auth_info" => {
            let (key, secret) = &fixture.server.credentials;
            json!({
                "accessKey": key,
                "timestamp": NOW.to_string(),
                "suiteTicket": "ticket",
                "signature": signature(secret, &format!("{NOW}\nticket")),
                "suite_key": key,
                "auth_corpid": fixture.server.corp,
            })
        }
        "serviceaccount.add" => json!({
            "name": "另一个 / another",
            "avatar_media_id": picture,
            "brief": "短",
            "desc": "[长]",
            "preview_media_id": picture,
        }),
        "serviceaccount.update" => json!({ "unionid": account, "name": "新名", "status": "normal" }),
        "serviceaccount.list" => json!({ "pageStart": 1, "pageSize": 50 }),
        "serviceaccount.menu_update" => json!({
            "unionid": account,
            "menu": {
                "enable_input": true,
                "status": 0,
                "button": [
                    { "name": "卡", "type": "media_id", "media_id": card, "key": "K/0" },
                    { "name": "看", "type": "view", "url": "https://example.com/a?b=c&d=%20" },
                    {
                        "name": "上",
                        "sub_button": [
                            { "name": "点", "type": "click", "key": "K/1" },
                            { "name": "看", "type": "view", "url": "https://example.com/" },
                            { "name": "文", "type": "media_id", "media_id": card },
                        ],
                    },
                ],
            },
        }),
        "article.add" => json!({
            "unionid": account,
            "article": {
                "thumb_media_id": picture,
                "content": "<p class=\"a\">文/文 & + % = \\ \"</p>",
                "title": "123",
                "uuid": "u/1",
                "allow_forward": false,
                "view_scope_type": 1,
                "digest": "{\"a\":[1,\"二\"]}",
            },
        }),
        "article.update" => json!({
            "unionid": account,
            "article": { "article_id": draft, "title": "新草稿", "content": "<p>新</p>" },
        }),
        "article.delete" => json!({ "unionid": account, "article_id": fixture.spare_article }),
        "article.list" => {
            json!({ "unionid": account, "page_size": 20, "page_start": 1, "publishStatus": 1, "status": -1 })
        }
        "article.publish" => json!({ "unionid": account, "article_id": draft }),
        "card.add" => json!({ "unionid": account, "articles": [{ "article_id": published }] }),
        "card.delete" => json!({ "unionid": account, "media_id": fixture.spare_card }),
        "card.update" => {
            json!({ "unionid": account, "media_id": card, "articles": [{ "article_id": draft }] })
        }
        "mass.send_legacy" => json!({
            "unionid": account,
            "is_to_all": false,
            "msg_type": "action_card",
            "uuid": "12345",
            "userid_list": ["ann", "dan"],
            "dep_id_list": [dept, below],
            "roleIds": [role],
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
            "is_preview": false,
            "msg_body": {
                "action_card": {
                    "title": "题",
                    "markdown": "**文** [a](https://example.com/)",
                    "btn_orientation": "0",
                    "button_list": [{ "title": "开", "action_url": "https://example.com/?a=1&b=2" }],
                },
            },
        }),
        "mass.send" => json!({
            "unionid": account,
            "is_to_all": false,
            "msg_type": "link",
            "uuid": "12346",
            "userid_list": ["ann", "dan"],
            "dep_id_list": [dept, below],
            "roleIds": [role],
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
            "is_preview": false,
            "msg_body": {
                "link": {
                    "title": "题",
                    "summary": "文",
                    "link_url": "https://example.com/?a=1&b=2",
                    "cover_image_media_id": picture,
                    "open_type": 1,
                },
            },
        }),
        "carillon.mass_schedule" => json!({
            "unionid": account,
            "msg_type": "text",
            "text_content": "晚些",
            "uuid": "12347",
            "dep_id_list": [dept],
            "send_time": NOW + 1,
            "operator_user_id": "ann",
        }),
        "carillon.mass_cancel" => json!({ "unionid": account, "task_id": fixture.scheduled_send }),
        "mass.query_records" => json!({
            "unionid": account,
            "page_number": 1,
            "page_size": 20,
            "start_time": 0,
            "end_time": NOW + 1,
            "status": 0,
            "msgTypeList": ["text", "image"],
            "msg_source": 0,
        }),
        "ding.send_app" | "ding.send_phone" => {
            json!({ "userids": ["ann", "bob"], "content": "[急] 开会 & 签到" })
        }
        "comments.delete" => json!({ "publisherId": account, "commentId": fixture.comments[0] }),
        "carillon.comment_list" => {
            json!({ "publisherId": account, "articleId": fixture.published, "pageNumber": 1, "pageSize": 20 })
        }
        "carillon.comment_selected" => {
            json!({ "publisherId": account, "commentId": fixture.comments[1], "selected": true })
        }
        "carillon.account_operators" => {
            json!({ "unionid": account, "operator_user_id_list": ["ann", "bob"] })
        }
        "carillon.account_blocked_members" => json!({ "unionid": account, "black_user_id_list": ["dan"] }),
        "carillon.account_scope" => json!({
            "unionid": account,
            "allow_send_to_all": false,
            "allow_send_user_id_list": ["ann"],
            "allow_send_dept_id_list": [dept, below],
        }),
        "contacts.user_create" => json!({
            "userid": "new",
            "name": "新人",
            "mobile": "13800009999",
            "hide_mobile": true,
            "telephone": "010-9",
            "job_number": "1009",
            "title": "工程师",
            "email": "new@example.com",
            "org_email": "new@corp.example.com",
            "org_email_type": "base",
            "work_place": "3 / 4",
            "remark": "note",
            "dept_id_list": [dept, below],
            "dept_order_list": [{ "dept_id": dept, "order": 7 }],
            "dept_title_list": [{ "dept_id": dept, "title": "组长" }],
            "extension": "{\"爱好\":\"棋\"}",
            "senior_mode": false,
            "hired_date": 1_760_000_000_000_i64,
            "manager_userid": "ann",
        }),
        "contacts.user_update" => json!({
            "userid": "bob",
            "name": "改名",
            "hide_mobile": true,
            "dept_id_list": [dept, 1],
            "dept_order_list": [{ "dept_id": dept, "order": 3 }],
            "force_update_fields": ["manager_userid"],
        }),
        "contacts.user_delete" => json!({ "userid": "eve" }),
        "contacts.user_list" | "contacts.user_list_simple" => json!({
            "dept_id": dept,
            "cursor": 0,
            "size": 1,
            "order_field": "entry_asc",
            "contain_access_limit": true,
            "language": "en_US",
        }),
        "contacts.dept_create" => json!({
            "name": "新部门",
            "parent_id": dept,
            "hide_dept": true,
            "dept_permits": [dept, below],
            "user_permits": ["ann", "bob"],
            "order": 5,
            "source_identifier": "src",
            "brief": "简介",
            "telephone": "010",
        }),
        "contacts.user_search" => json!({ "queryWord": "yuan", "offset": 0, "size": 2 }),
        "contacts.user_sort" => json!({ "userIdList": ["bob", "ann"], "sortType": 1 }),
        "contacts.user_get_by_mobile" => {
            json!({ "mobile": "13800000002", "support_exclusive_account_search": true })
        }
        "contacts.user_get_by_unionid" => json!({ "unionid": fixture.unionid }),
        // The day before the present day of the fixture.
        "contacts.user_inactive" => json!({
            "is_active": false,
            "dept_ids": [dept, below],
            "offset": 1,
            "size": 1,
            "query_date": "20251008",
        }),
        "contacts.user_list_admin" => json!({}),
        "contacts.dept_update" => json!({
            "dept_id": dept,
            "parent_id": 1,
            "hide_dept": true,
            "dept_permits": [dept, below],
            "user_permits": ["ann", "bob"],
            "create_dept_group": true,
            "order": 3,
            "name": "改名",
            "source_identifier": "src/2",
            "outer_dept": true,
            "outer_permit_users": ["ann"],
            "outer_permit_depts": [below],
            "outer_dept_only_self": true,
            "language": "en_US",
            "auto_add_user": true,
            "auto_approve_apply": true,
            "dept_manager_userid_list": ["ann", "bob"],
            "group_contain_sub_dept": true,
            "group_contain_outer_dept": true,
            "group_contain_hidden_dept": true,
            "org_dept_owner": "ann",
            "code": "10000",
            "brief": "简介 & 2",
            "extension": "{\"扩\":[1]}",
            "telephone": "010",
        }),
        "contacts.dept_delete" => json!({ "dept_id": fixture.empty }),
        "contacts.dept_search" => json!({ "queryWord": "部", "offset": 0, "size": 1 }),
        "contacts.dept_list_parents" => json!({ "dept_id": below }),
        "contacts.dept_list_parents_by_user" => json!({ "userid": "cai" }),
        "roles.delete" => json!({ "role_id": fixture.unwanted_role }),
        "roles.update" => json!({ "roleId": role, "roleName": "责" }),
        "roles.scope_update" => json!({ "userid": "ann", "role_id": role, "dept_ids": [dept, below] }),
        "roles.create" => json!({ "roleName": "新职", "groupId": group }),
        "roles.group_create" => json!({ "name": "新组" }),
        "roles.list" => json!({ "size": 1, "offset": 1 }),
        "roles.group_get" => json!({ "group_id": group }),
        "roles.add_members" => json!({ "roleIds": [role, fixture.spare_role], "userIds": ["bob", "cai"] }),
        "roles.remove_members" => json!({ "roleIds": [role], "userIds": ["ann", "bob"] }),
        "roles.member_list" => json!({ "role_id": role, "size": 1, "offset": 0 }),
        "group.org_group_infos" => json!({
            "groupMembersCountStart": 1,
            "groupMembersCountEnd": 5,
            "syncToDingpan": 0,
            "groupOwner": "ann",
            "createTimeStart": 1_700_000_000_000_i64,
            "createTimeEnd": 1_800_000_000_000_i64,
            "lastActiveTimeStart": 1_700_000_000_000_i64,
            "lastActiveTimeEnd": 1_800_000_000_000_i64,
            "groupName": "项",
            "operatorUserId": "bob",
            "uuid": "q/1",
            "pageStart": 1,
            "pageSize": 20,
        }),
        "group.active_list" => json!({
            "statDate": "20251009",
            "dingGroupId": fixture.chat_group,
            "pageNumber": 1,
            "pageSize": 200,
            "groupType": 4,
        }),
        "statistics.calendar_org"
        | "statistics.report_org"
        | "statistics.doc_org"
        | "statistics.form_org"
        | "statistics.monthly_active" => json!({ "dataId": "20251009" }),
        "statistics.report_dept"
        | "statistics.doc_dept"
        | "statistics.form_dept"
        | "statistics.app_version"
        | "statistics.publisher" => json!({ "dataId": "20251009", "nextToken": 0, "maxResults": 1 }),
        "statistics.inactive_users" => {
            json!({ "statDate": "20251009", "pageNumber": 1, "pageSize": 1, "deptIds": ["1", dept.to_string()] })
        }
        "statistics.conference_base_info" => json!({ "logicalConferenceId": format!("logical{NOW}") }),
        "statistics.conference_detail" => json!({ "conferenceId": format!("conf{NOW}") }),
        "annual_report.get" => json!({ "year": "2024", "type": 1, "user_id": "ann", "dept_id": dept }),
        "group.ban_words" => json!({ "openConverationId": fixture.chat_group, "banWordsType": 1 }),
        "carillon.group_create" => json!({
            "title": "[群]",
            "groupType": 3,
            "ownerUserId": "ann",
            "administratorUserIds": ["bob", "dan"],
            "memberUserIds": ["cai"],
            "memberDeptIds": [dept, below],
            "syncToDingpan": 1,
            "extensions": { "k": "{}" },
        }),
        "carillon.group_update" => json!({
            "openConversationId": fixture.chat_group,
            "title": "新群",
            "ownerUserId": "bob",
            "administratorUserIds": ["ann", "cai"],
            "syncToDingpan": 1,
            "extensions": { "k": "w" },
        }),
        "carillon.group_members_add" | "carillon.group_members_remove" => json!({
            "openConversationId": fixture.chat_group,
            "memberUserIds": ["dan", "eve"],
            "memberDeptIds": [below],
        }),
        "carillon.group_members_list" => {
            json!({ "openConversationId": fixture.chat_group, "pageStart": 1, "pageSize": 1 })
        }
        "carillon.group_message_send" => {
            json!({ "openConversationId": fixture.chat_group, "senderUserId": "bob", "fileSize": 7 })
        }
        "carillon.organisation_set" => json!({
            "name": "测试",
            "short_name": "renamed",
            "accent_color": "#0F6B5C",
            "time_zone": "Asia/Shanghai",
        }),
        "carillon.group_dissolve" => json!({ "openConversationId": fixture.spare_chat_group }),
        "robot.send_by_session" => json!({
            "session": fixture.session,
            "msgtype": "actionCard",
            "actionCard": {
                "title": "题",
                "text": "**文** [a](https://example.com/)",
                "btnOrientation": "0",
                "btns": [{ "title": "开", "actionURL": "https://example.com/?a=1&b=2" }],
            },
        }),
        "carillon.auto_replies_set" => json!({
            "unionid": account,
            "welcome": { "msgType": "news_card", "mediaId": card },
            "rules": [
                { "keywords": ["图", "地图"], "matching": "contains", "reply": { "msgType": "image", "mediaId": picture } },
                { "keywords": ["hi"], "matching": "equals", "reply": { "msgType": "text", "content": "好" } },
            ],
        }),
        "carillon.audits_query" => json!({ "maxResults": 100 }),
        "events.callback_register" | "events.callback_update" => callback(),
        "events.callback_get" | "events.callback_delete" | "events.callback_failed" => json!({}),
        "events.stream_open" => json!({
            "clientId": fixture.server.credentials.0,
            "clientSecret": fixture.server.credentials.1,
            "subscriptions": [{ "type": "EVENT", "topic": "*" }, { "type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get" }],
            "ua": "sdk/1.0",
            "localIp": "192.0.2.1",
        }),
        "carillon.event_delivery_list" => json!({
            "state": "failed",
            "event_type": "user_add_org",
            "max_results": 10,
        }),
        "carillon.event_delivery_retry" => json!({ "event_ids": [fixture.failed_event] }),
        "statistics.live_summary" => json!({ "param_video_live_summary_request": { "data_id": DAY } }),
        "statistics.ding_summary" => json!({ "ding_usage_summary_request": { "data_id": DAY } }),
        "statistics.live_viewer_list" => json!({ "request": {
            "openConversationId": "cidA==",
            "cursor": 0,
            "live_uuid": "live-1",
            "size": 500,
        } }),
        "statistics.dept_dau_list" => json!({ "request": {
            "data_id": DAY,
            "cursor": 0,
            "size": 100,
            "deptId": below,
            "superDeptId": dept,
        } }),
        "statistics.videoconf_summary_legacy" => json!({ "param_mcs_summary_request": { "data_id": DAY } }),
        "statistics.videoconf_summary"
        | "statistics.telconf_summary"
        | "statistics.group_summary"
        | "statistics.chat_summary"
        | "statistics.dau_summary" => json!({ "request": { "data_id": DAY } }),
        "statistics.dc_county_orgs" => json!({ "statDates": [DAY], "corpIds": ["dingother"] }),
        id if id.starts_with("statistics.dc_") => json!({ "statDate": DAY }),
        id if id.starts_with("statistics.") => {
            json!({ "request": { "data_id": DAY, "cursor": 0, "size": 100 } })
        }
        _ => example(fixture, operation),
    };
    match fields {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// The example of an operation, with ids of the fixture in place of those that examples have.
fn example(fixture: &Fixture, operation: &str) -> Value {
    static EXAMPLES: LazyLock<BTreeMap<&str, Value>> = LazyLock::new(|| {
        carillon_api::operations().into_iter().map(|operation| (operation.id, operation.example)).collect()
    });
    let mut example = EXAMPLES[operation].clone();
    let ids = [
        (json!("svcUnionId0001"), json!(fixture.account)),
        (json!(5001), json!(fixture.published)),
        (json!("cardMedia0001"), json!(fixture.card)),
        (json!("task0001"), json!(fixture.task)),
        (json!("user01"), json!("ann")),
        (json!("user02"), json!("bob")),
        (json!(101), json!(fixture.dept)),
        (json!(102), json!(fixture.below)),
        (json!(2001), json!(fixture.role)),
        (json!("cidSample0001=="), json!(fixture.chat_group)),
    ];
    replace(&mut example, &ids);
    example
}

fn replace(value: &mut Value, ids: &[(Value, Value)]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, ids)),
        Value::Object(fields) => fields.values_mut().for_each(|field| replace(field, ids)),
        other => {
            if let Some((_, id)) = ids.iter().find(|(sample, _)| sample == other) {
                *other = id.clone();
            }
        }
    }
}

/// Signs as providers do: base64 of an HMAC-SHA256.
pub fn signature(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    BASE64.encode(&mac.finalize().into_bytes())
}

/// A callback that any app may register.
pub fn callback() -> Value {
    json!({
        "call_back_tag": ["user_add_org", "label_conf_add", "isw_user_event_received"],
        "token": "token/1",
        "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
        "url": "https://example.com/callback?a=1&b=%20",
    })
}
