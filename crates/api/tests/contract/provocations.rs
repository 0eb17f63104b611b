//! How to provoke each documented error: a valid request with some fields changed, or with another state of the
//! organisation.

use carillon_domain::{contact::user, corp, group, stats::fact};
use carillon_model::{
    audit::Signature,
    contact::{Membership, Profile},
    fact::VideoMeeting,
    group::GroupKind,
    id::DeptId,
    settings::{DingSettings, SendSettings, Settings},
};
use serde_json::{Value, json};

use crate::matrix::fixture::{Fixture, callback};

/// A documented error, and how to provoke it.
pub struct Row {
    pub operation: &'static str,
    pub code: &'static str,
    /// Settings of the server.
    pub settings: fn() -> Settings,
    /// Runs before the request.
    pub before: fn(&Fixture),
    /// Fields that replace those of the valid request; null removes one.
    pub change: fn(&Fixture) -> Value,
}

const SEND: &str = "/topapi/message/mass/send";

fn row(operation: &'static str, code: &'static str, change: fn(&Fixture) -> Value) -> Row {
    Row { operation, code, settings: Settings::default, before: |_| (), change }
}

pub fn all_rows() -> Vec<Row> {
    [
        accounts(),
        materials(),
        sends(),
        sends_v1(),
        records(),
        dings(),
        quotas(),
        roles(),
        members(),
        departments(),
        callbacks("events.callback_register"),
        updated_callbacks(),
        missing_callbacks(),
        catalogue(),
        groups(),
        statistics(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// All services of the data catalogue check the day alike.
fn catalogue() -> Vec<Row> {
    let services = carillon_api::operations().into_iter().filter(|operation| {
        operation.path.starts_with("/v1.0/datacenter/") && operation.method == axum::http::Method::GET
    });
    services
        .flat_map(|service| {
            [
                row(service.id, "statDate.is.null", |_| json!({ "statDate": null })),
                row(service.id, "statDate.format.iserror", |_| json!({ "statDate": "20251309" })),
            ]
        })
        .collect()
}

fn accounts() -> Vec<Row> {
    vec![
        row("credentials.access_token", "invalidClientIdOrSecret", |_| json!({ "appSecret": "wrong" })),
        row("serviceaccount.add", "800001", |_| json!({ "name": "新闻" })),
        Row {
            before: |fixture| {
                for number in 2..40 {
                    let picture = &fixture.picture;
                    let account = json!({
                        "name": format!("号{number}"),
                        "avatar_media_id": picture,
                        "desc": "长",
                        "preview_media_id": picture,
                    });
                    fixture.ok("/topapi/serviceaccount/add", &account);
                }
            },
            ..row("serviceaccount.add", "800004", |_| json!({}))
        },
    ]
}

fn materials() -> Vec<Row> {
    vec![
        row("article.add", "1002", |_| json!({ "article": { "title": "题" } })),
        Row {
            before: |fixture| {
                let article = json!({ "unionid": fixture.account, "article_id": fixture.spare_article });
                fixture.ok("/topapi/material/article/delete", &article);
            },
            ..row("article.get", "1100001", |fixture| json!({ "article_id": fixture.spare_article }))
        },
    ]
}

fn sends() -> Vec<Row> {
    let send = |code, change| row("mass.send_legacy", code, change);
    let many = |_: &Fixture| json!({ "userid_list": vec!["ann"; 1_001] });
    vec![
        send("800003", |_| json!({ "unionid": "nobody" })),
        send("800019", |_| json!({ "userid_list": null, "dep_id_list": null, "roleIds": null })),
        send("800020", |_| json!({ "msg_body": null })),
        send("800022", |_| json!({ "userid_list": ["ann", "nobody"] })),
        send("800035", |_| json!({ "uuid": "first" })),
        send("800038", |_| json!({ "uuid": null })),
        send("800039", many),
        send("800040", |fixture| json!({ "dep_id_list": vec![fixture.dept; 1_001] })),
        row("mass.recall", "800025", |_| json!({ "task_id": "push0iE" })),
    ]
}

fn disable(fixture: &Fixture) {
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.account, "status": "disabled" }));
}

fn sends_v1() -> Vec<Row> {
    let send = |code, change| row("mass.send", code, change);
    vec![
        send("invalid.unionid", |_| json!({ "unionid": "nobody" })),
        send("invalid.userid.list", |_| json!({ "userid_list": ["ann", "nobody"] })),
        send(
            "receivers.list.empty",
            |_| json!({ "userid_list": null, "dep_id_list": null, "roleIds": null }),
        ),
        send("message.not.empty", |_| json!({ "msg_type": "text" })),
        send("invalid.media.id", |_| json!({ "msg_type": "image", "media_id": "@lAnothing" })),
        send("link.params.missing", |_| json!({ "msg_body": { "link": { "title": "题" } } })),
        send("uuid.repeat", |_| json!({ "uuid": "first" })),
    ]
}

fn records() -> Vec<Row> {
    vec![
        row("mass.query_records", "invalid.unionid", |_| json!({ "unionid": "nobody" })),
        row("mass.query_records", "publisher.not.exist", |_| json!({ "unionid": "nobodyiE" })),
        Row { before: disable, ..row("mass.query_records", "invalid.userid", |_| json!({})) },
        row("mass.record_detail", "invalid.unionid", |_| json!({ "unionid": "nobody" })),
        row("mass.record_detail", "invalid.taskid", |_| json!({ "task_id": "push0iE" })),
        Row { before: disable, ..row("mass.record_detail", "invalid.userid", |_| json!({})) },
    ]
}

fn dings() -> Vec<Row> {
    const APP: &str = "/v1.0/exclusive/appDings/send";
    const PHONE: &str = "/v1.0/exclusive/phoneDings/send";
    let unsigned = |fixture: &Fixture| fixture.set_dings(&json!({ "agreement_signed": false }));
    let unchosen = |fixture: &Fixture| fixture.set_dings(&json!({ "agreement_signed": true }));
    let mut rows = Vec::new();
    for operation in ["ding.send_app", "ding.send_phone"] {
        rows.extend([
            Row { before: unsigned, ..row(operation, "assign.lack", |_| json!({})) },
            Row { before: unchosen, ..row(operation, "publisher.notexist", |_| json!({})) },
            row(operation, "param.illegal", |_| json!({ "userids": ["nobody"] })),
            Row {
                settings: || {
                    dings_with(DingSettings { app_daily: 1, phone_daily: 1, ..DingSettings::default() })
                },
                ..row(operation, "volume.lack", |_| json!({}))
            },
        ]);
    }
    rows.extend([
        Row {
            before: |fixture| drop(fixture.ok_v1(APP, &ding())),
            ..row("ding.send_app", "message.duplicate", |_| ding())
        },
        Row {
            before: |fixture| drop(fixture.ok_v1(PHONE, &ding())),
            ..row("ding.send_phone", "message.duplicate", |_| ding())
        },
        row("ding.send_phone", "batch.toolarge", |_| json!({ "userids": vec!["ann"; 21] })),
        Row {
            settings: || dings_with(DingSettings { phone_daily_to_user: 1, ..DingSettings::default() }),
            before: |fixture| drop(fixture.ok_v1(PHONE, &ding())),
            ..row("ding.send_phone", "phoneding.reachlimit", |_| json!({}))
        },
        Row {
            settings: || dings_with(DingSettings { phone_min_interval_ms: 1, ..DingSettings::default() }),
            before: |fixture| drop(fixture.ok_v1(PHONE, &ding())),
            ..row("ding.send_phone", "send.toofast", |_| json!({}))
        },
    ]);
    rows
}

fn ding() -> Value {
    json!({ "userids": ["ann"], "content": "同" })
}

fn sends_with(send: SendSettings) -> Settings {
    Settings { send, ..Settings::default() }
}

fn dings_with(ding: DingSettings) -> Settings {
    Settings { ding, ..Settings::default() }
}

/// The fixture has already sent once, to its five members.
fn quotas() -> Vec<Row> {
    let send = |code, settings| Row { settings, ..row("mass.send_legacy", code, |_| json!({})) };
    vec![
        send("800013", || sends_with(SendSettings { min_interval_ms: 1, ..SendSettings::default() })),
        send("800014", || sends_with(SendSettings { daily: 1, ..SendSettings::default() })),
        send("800055", || sends_with(SendSettings { per_second: 1, ..SendSettings::default() })),
        send("800056", || sends_with(SendSettings { per_minute: 1, ..SendSettings::default() })),
        send("800057", || sends_with(SendSettings { daily_receivers_factor: 1, ..SendSettings::default() })),
        Row {
            settings: || sends_with(SendSettings { daily_to_user: 1, ..SendSettings::default() }),
            before: |fixture| {
                let text = json!({
                    "unionid": fixture.account, "msg_type": "text", "text_content": "早", "is_to_all": false,
                    "userid_list": "ann", "uuid": "second",
                });
                fixture.ok(SEND, &text);
            },
            ..row(
                "mass.send_legacy",
                "800017",
                |_| json!({ "userid_list": ["ann"], "dep_id_list": null, "roleIds": null }),
            )
        },
    ]
}

fn roles() -> Vec<Row> {
    vec![
        row("roles.create", "34018", |_| json!({ "roleName": null })),
        row("roles.create", "34020", |_| json!({ "groupId": 4_711 })),
        row("roles.create", "34021", |_| json!({ "roleName": "职" })),
        row("roles.add_members", "33011", |_| json!({ "roleIds": [4_711] })),
        row("roles.add_members", "33012", |_| json!({ "userIds": ["nobody"] })),
        row("roles.get", "33011", |_| json!({ "roleId": 4_711 })),
        row("roles.group_get", "400002", |_| json!({ "group_id": null })),
        row("roles.delete", "33011", |_| json!({ "role_id": 4_711 })),
        row("roles.delete", "23004", |fixture| json!({ "role_id": fixture.role })),
        row("roles.update", "660000", |_| json!({ "roleName": null })),
        row("roles.update", "33011", |_| json!({ "roleId": 4_711 })),
        row("roles.scope_update", "40003", |_| json!({ "userid": null })),
        row("roles.scope_update", "34018", |_| json!({ "role_id": null })),
        row("roles.scope_update", "60301", |_| json!({ "role_id": 4_711 })),
        row("roles.scope_update", "60003", |_| json!({ "dept_ids": [4_711] })),
        row("roles.scope_update", "46004", |_| json!({ "userid": "nobody" })),
        row("roles.scope_update", "400002", |_| json!({ "dept_ids": vec![1; 51] })),
        row("roles.list", "40069", |_| json!({ "size": 0 })),
        row("roles.list", "40068", |_| json!({ "offset": -1 })),
        row("roles.remove_members", "33011", |_| json!({ "roleIds": [4_711] })),
        row("roles.remove_members", "33012", |_| json!({ "userIds": ["nobody"] })),
        row("roles.member_list", "33011", |_| json!({ "role_id": 4_711 })),
        row("roles.member_list", "40069", |_| json!({ "size": 101 })),
        row("roles.member_list", "40068", |_| json!({ "offset": -1 })),
    ]
}

fn members() -> Vec<Row> {
    vec![
        row("contacts.user_count", "400002", |_| json!({ "only_active": null })),
        row("contacts.user_count", "40035", |_| json!({ "only_active": "some" })),
        row("contacts.user_search", "parameter.error", |_| json!({ "size": 0 })),
        row("contacts.user_sort", "listsize.too.long", |_| json!({ "userIdList": vec!["ann"; 101] })),
        row("contacts.user_get_by_mobile", "400002", |_| json!({ "mobile": null })),
        row("contacts.user_get_by_mobile", "40104", |_| json!({ "mobile": "一" })),
        row("contacts.user_get_by_mobile", "60121", |_| json!({ "mobile": "13811111111" })),
        row("contacts.user_get_by_unionid", "60121", |_| json!({ "unionid": "nobodyiE" })),
        row("contacts.user_get_by_unionid", "400002", |_| json!({ "unionid": null })),
        row("contacts.user_inactive", "400002", |_| json!({ "query_date": "20251009" })),
        row("contacts.user_inactive", "40069", |_| json!({ "size": 101 })),
        row("contacts.user_inactive", "40068", |_| json!({ "offset": -1 })),
        row("contacts.user_delete", "33012", |_| json!({ "userid": "x".repeat(65) })),
        row("contacts.user_delete", "400002", |_| json!({ "userid": null })),
        row("contacts.user_get", "33012", |_| json!({ "userid": "x".repeat(65) })),
        row("contacts.user_get", "400002", |_| json!({ "userid": null })),
        row("contacts.user_list", "400002", |_| json!({ "size": null })),
        row("contacts.user_list", "40035", |_| json!({ "size": 0 })),
        row("contacts.user_list", "60019", |_| json!({ "dept_id": 4_711 })),
        row("contacts.user_list_id", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.user_list_id", "400002", |_| json!({ "dept_id": null })),
        row("contacts.user_list_simple", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.user_list_simple", "400002", |_| json!({ "dept_id": null })),
        row("contacts.user_list_simple", "40069", |_| json!({ "size": 101 })),
        row("contacts.user_list_simple", "40068", |_| json!({ "cursor": -1 })),
    ]
}

fn departments() -> Vec<Row> {
    vec![
        row("contacts.dept_create", "40035", |_| json!({ "name": null })),
        row("contacts.dept_create", "60004", |_| json!({ "parent_id": 4_711 })),
        row("contacts.dept_create", "600109", |_| json!({ "user_permits": ["nobody"] })),
        row("contacts.dept_update", "40009", |_| json!({ "dept_id": null })),
        row("contacts.dept_update", "60018", |_| json!({ "dept_id": 1 })),
        row("contacts.dept_update", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_update", "60001", |_| json!({ "name": "a-b" })),
        row("contacts.dept_update", "40011", |_| json!({ "order": "first" })),
        row("contacts.dept_update", "60004", |_| json!({ "parent_id": 4_711 })),
        row("contacts.dept_update", "60010", |fixture| json!({ "parent_id": fixture.below })),
        row("contacts.dept_update", "60109", |_| json!({ "user_permits": ["nobody"] })),
        row("contacts.dept_update", "40031", |_| json!({ "dept_manager_userid_list": ["cai"] })),
        row("contacts.dept_update", "40093", |_| json!({ "org_dept_owner": "cai" })),
        row("contacts.dept_update", "60510", |fixture| json!({ "dept_permits": vec![fixture.dept; 51] })),
        row("contacts.dept_delete", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_delete", "400002", |_| json!({ "dept_id": null })),
        row("contacts.dept_search", "parameter.error", |_| json!({ "size": 0 })),
        row("contacts.dept_list_parents", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_list_parents", "400002", |_| json!({ "dept_id": null })),
        row("contacts.dept_list_parents_by_user", "33012", |_| json!({ "userid": "nobody" })),
        row("contacts.dept_list_parents_by_user", "400002", |_| json!({ "userid": null })),
        row("contacts.dept_get", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_get", "400002", |_| json!({ "dept_id": null })),
        row("contacts.dept_list_sub", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_list_sub", "400002", |_| json!({ "language": "fr_FR" })),
        row("contacts.dept_list_sub_id", "60003", |_| json!({ "dept_id": 4_711 })),
        row("contacts.dept_list_sub_id", "400002", |_| json!({ "dept_id": null })),
    ]
}

fn register(fixture: &Fixture) {
    fixture.ok("/call_back/register_call_back", &callback());
}

/// Errors of a bad callback, at an operation that sets one.
fn callbacks(operation: &'static str) -> Vec<Row> {
    let row = |code, change| row(operation, code, change);
    vec![
        row("71008", |_| json!({ "call_back_tag": ["user_add_org", "nothing"] })),
        row("71009", |_| json!({ "url": "https://wrong.example/" })),
        row("71010", |_| json!({ "token": "short" })),
        row("71011", |_| json!({ "url": "nowhere" })),
        row("71012", |_| json!({ "url": "https://unreachable.example/" })),
        row("71013", |_| json!({ "url": "https://forbidden.example/" })),
        row("900004", |_| json!({ "aes_key": "short" })),
    ]
}

fn updated_callbacks() -> Vec<Row> {
    let rows = callbacks("events.callback_update").into_iter();
    rows.map(|row| Row { before: register, ..row }).collect()
}

fn missing_callbacks() -> Vec<Row> {
    vec![
        Row { before: register, ..row("events.callback_register", "71006", |_| json!({})) },
        row("events.callback_update", "71007", |_| json!({})),
        row("events.callback_get", "71007", |_| json!({})),
        row("events.callback_delete", "71007", |_| json!({})),
        row("events.stream_open", "authFailed", |_| json!({ "clientSecret": "wrong" })),
    ]
}

fn groups() -> Vec<Row> {
    let ban = |code, change| row("group.ban_words", code, change);
    vec![
        ban("illegal.parameter.cid", |_| json!({ "openConverationId": "chat1" })),
        ban("illegal.parameter.type", |_| json!({ "banWordsType": 2 })),
        ban("not.inner.group", |_| json!({ "openConverationId": "cidNone==" })),
        ban("org.not.match", |fixture| json!({ "openConverationId": group_of_another_corp(fixture) })),
    ]
}

/// Returns the id of a group of another organisation, which also had a video meeting with the id `theirs`.
fn group_of_another_corp(fixture: &Fixture) -> String {
    let env = fixture.server.env.clone();
    let make = move |tx: &mut carillon_store::Tx<'_>| {
        let corp = corp::create(tx, &env, "邻", corp::DEFAULT_TIME_ZONE, false)?.id;
        let owner = user::NewMember {
            userid: Some("zoe".into()),
            profile: Profile { exclusive_account: true, ..Profile::default() },
            departments: vec![Membership::ordinary(DeptId::ROOT)],
            password_hash: String::new(),
        };
        let zoe = user::create(tx, &env, &corp, owner)?.no;
        let meeting = VideoMeeting {
            conference_id: "theirs".to_owned(),
            logical_conference_id: Some("theirs".to_owned()),
            title: String::new(),
            duration_ms: 1,
            invited_count: 1,
            connected: true,
        };
        fact::record(tx, &corp, env.now(), Some(zoe), meeting)?;
        let new = group::NewGroup {
            title: "邻群".to_owned(),
            kind: GroupKind::Other,
            department: None,
            template: Default::default(),
            owner: "zoe".into(),
            administrators: Vec::new(),
            members: Default::default(),
            synced_to_drive: false,
            extensions: Default::default(),
        };
        group::create(tx, &env, &corp, new)
    };
    fixture
        .server
        .store
        .write_registry_blocking(Signature::server(&fixture.server.env, "test"), make)
        .unwrap()
        .id
        .to_string()
}

fn statistics() -> Vec<Row> {
    let no_day = |operation| row(operation, "param.illegal", |_| json!({ "dataId": "20251301" }));
    let theirs = |operation, change| Row {
        before: |fixture| drop(group_of_another_corp(fixture)),
        ..row(operation, "conference.not.found", change)
    };
    vec![
        row("group.active_list", "param.blank", |_| json!({ "statDate": null })),
        row("group.active_list", "param.illegal", |_| json!({ "pageSize": 201 })),
        no_day("statistics.calendar_org"),
        no_day("statistics.report_dept"),
        no_day("statistics.doc_dept"),
        no_day("statistics.doc_org"),
        no_day("statistics.form_dept"),
        no_day("statistics.form_org"),
        no_day("statistics.publisher"),
        no_day("statistics.monthly_active"),
        no_day("statistics.app_version"),
        // A blank value counts as missing.
        row("statistics.report_org", "param.null", |_| json!({ "dataId": "%20" })),
        row("statistics.inactive_users", "statDate.is.null", |_| json!({ "statDate": null })),
        row("statistics.inactive_users", "statDate.format.iserror", |_| json!({ "statDate": "2025-10-09" })),
        row("statistics.conference_base_info", "params.error", |_| json!({ "logicalConferenceId": "none" })),
        row("statistics.conference_detail", "params.error", |_| json!({ "conferenceId": "none" })),
        theirs("statistics.conference_base_info", |_| json!({ "logicalConferenceId": "theirs" })),
        theirs("statistics.conference_detail", |_| json!({ "conferenceId": "theirs" })),
    ]
}
