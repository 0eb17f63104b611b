//! A server with something of every kind, so that every operation can succeed.

use std::{
    cell::OnceCell,
    ops::Deref,
    sync::{Arc, LazyLock},
};

use axum::http::Method;
use carillon_domain::{
    chat::{self, NewMessage, NewMessageContent, app_url},
    comment, event, session,
};
use carillon_model::{
    app::AppType,
    audit::Signature,
    event::EventKind,
    fact::{ArticleRead, Client, Login, VideoMeeting, VideoParticipation},
    id::{AccountId, ArticleId, EventId, TaskId, UserId},
    settings::Settings,
    time::DAY_MS,
};
use carillon_store::{App, ConversationKey, Session};
use serde_json::{Value, json};

use testkit::{file::png, server::NOW};

use crate::matrix::app_matrix::{AppMatrix, StoppedMatrix};
use crate::matrix::request::Request;
use crate::operator;

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const DING_SETTINGS: &str = "/v1.0/carillon/dings/settings";

pub struct Fixture {
    pub server: AppMatrix,
    made: Made,
    /// A send that nothing else needs, once a test needs it: limits need not admit it.
    spare_send: OnceCell<String>,
}

impl Deref for Fixture {
    type Target = Made;

    fn deref(&self) -> &Made {
        &self.made
    }
}

/// The ids of what a fixture has.
#[derive(Clone)]
pub struct Made {
    pub picture: String,
    /// A picture in the library of the account, and one that nothing refers to.
    pub library_picture: String,
    pub spare_picture: String,
    pub account: String,
    /// An account that nothing refers to, to be disabled.
    pub spare_account: String,
    /// A published article, an unpublished one, and two that nothing refers to.
    pub published: i64,
    pub draft: i64,
    pub spare_article: i64,
    pub unwanted_article: i64,
    /// A card of the published article, and one that was never sent.
    pub card: String,
    pub spare_card: String,
    /// A send of the card to everybody.
    pub task: String,
    /// Comments of `dan` on the article of the send.
    pub comments: [String; 2],
    /// Saved answers of the account.
    pub saved_answers: [i64; 2],
    /// A scheduled send of a text, by the operator `ann`.
    pub scheduled_send: String,
    /// A second one, that becomes a draft.
    pub retractable_send: String,
    /// A scheduled send that is sent at once.
    pub early_send: String,
    /// A card that nothing shows.
    pub unwanted_card: String,
    /// Drafts of sends by `bob`: the second and the third wait for approval.
    pub send_drafts: [i64; 6],
    /// The id of a call in the journal.
    pub call: String,
    /// An event that was given up.
    pub failed_event: EventId,
    /// The public id of a session in a browser of `dan`.
    pub browser_session: String,
    /// The session of a `sessionWebhook` by which an app answers `ann`, who wrote to the account.
    pub session: String,
    /// Has `ann` and `bob`; `below` is its child, with `cai`. `dan` is in the root alone.
    pub dept: i64,
    pub below: i64,
    /// Departments without members. The second is there to be removed.
    pub empty: i64,
    pub spare_dept: i64,
    /// An import of members that was checked.
    pub import: i64,
    /// The unionid of `ann`.
    pub unionid: String,
    pub group: i64,
    /// Granted to `ann`.
    pub role: i64,
    /// Granted to nobody. The second is there to be deleted.
    pub spare_role: i64,
    pub unwanted_role: i64,
    /// A scene group of the owner `ann`, with `bob` as administrator and `cai`.
    pub chat_group: String,
    /// A group with its owner `dan` alone.
    pub spare_chat_group: String,
}

/// Facts of `ann` today: one for each list of statistics. The live was in a group.
fn facts(chat_group: &str) -> [Value; 5] {
    [
        json!({ "kind": "live_session", "liveId": "live-0001", "openConversationId": chat_group, "groupName": "群",
                "groupUserCount": 3, "title": "播", "durationMs": 600_000, "succeeded": true }),
        json!({ "kind": "live_viewing", "liveId": "live-0001", "liveMs": 60_000, "replayMs": 0 }),
        json!({ "kind": "video_meeting", "conferenceId": "conf-1", "title": "会", "durationMs": 60_000,
                "invitedCount": 2, "connected": true }),
        json!({ "kind": "phone_meeting", "conferenceId": "tel-1", "durationMs": 60_000, "connected": true }),
        json!({ "kind": "app_visit", "appId": "a1", "appName": "用", "appOrigin": "official", "count": 1 }),
    ]
}

impl Fixture {
    pub fn open() -> Self {
        Self::with(Settings::default())
    }

    /// Starts with limits, which do not hold for what is there already: a send to everybody.
    pub fn with(settings: Settings) -> Self {
        // Made once: it takes more time than most tests that use it.
        static STOPPED: LazyLock<(StoppedMatrix, Made)> = LazyLock::new(|| {
            let Fixture { server, made, .. } = Fixture::make();
            (server.stop(), made)
        });
        let (stopped, made) = &*STOPPED;
        let server = AppMatrix::restart(stopped, settings);
        // The journal of calls is in memory.
        let call = text(&succeed(&server, "/topapi/serviceaccount/list", &json!({}))["request_id"]);
        Self { server, made: Made { call, ..made.clone() }, spare_send: OnceCell::new() }
    }

    fn make() -> Self {
        let server = AppMatrix::start();
        let picture = upload(&server, "image", "a.png", &png(90, 30));
        let post = |path: &str, fields: Value| succeed(&server, path, &fields);
        let account = post(
            "/topapi/serviceaccount/add",
            json!({ "name": "新闻", "avatar_media_id": picture, "desc": "长", "preview_media_id": picture }),
        );
        let account = text(&account["unionid"]);
        let [library_picture, spare_picture] =
            ["a.png", "b.png"].map(|name| operator::add_picture(&server, &account, name));
        let article = |title: &str| {
            let article = json!({
                "title": title, "content": "<p>文</p>", "uuid": title, "digest": "摘要", "thumb_media_id": picture,
            });
            post("/topapi/material/article/add", json!({ "unionid": account, "article": article }))["article_id"]
                .as_i64()
                .unwrap()
        };
        let (published, draft, spare_article) = (article("已发"), article("草稿"), article("多余"));
        let unwanted_article = article("不要");
        post("/topapi/material/article/publish", json!({ "unionid": account, "article_id": published }));
        let card = || {
            let articles = json!([{ "article_id": published }]);
            text(
                &post("/topapi/material/news/add", json!({ "unionid": account, "articles": articles }))["media_id"],
            )
        };
        let (card, spare_card, unwanted_card) = (card(), card(), card());
        let dept = |name: &str, parent: i64| {
            let dept = json!({
                "name": name,
                "parent_id": parent,
                "hide_dept": true,
                "dept_permits": [1],
                "outer_dept": true,
                "outer_permit_depts": [1],
                "source_identifier": "源",
                "brief": "简介",
                "extension": "{\"扩\":\"展\"}",
                "telephone": "010",
            });
            post("/topapi/v2/department/create", dept)["result"]["dept_id"].as_i64().unwrap()
        };
        let upper = dept("上", 1);
        let below = dept("下", upper);
        let empty = post("/topapi/v2/department/create", json!({ "name": "旁", "parent_id": upper }));
        let empty = empty["result"]["dept_id"].as_i64().unwrap();
        let spare_dept = post("/topapi/v2/department/create", json!({ "name": "余", "parent_id": upper }));
        let spare_dept = spare_dept["result"]["dept_id"].as_i64().unwrap();
        for (number, (userid, dept)) in
            [("ann", upper), ("bob", upper), ("cai", below), ("dan", 1), ("eve", 1), ("fay", 1)]
                .into_iter()
                .enumerate()
        {
            post(
                "/topapi/v2/user/create",
                json!({
                    "userid": userid,
                    "name": format!("员{number}"),
                    "mobile": format!("1380000000{number}"),
                    "telephone": format!("010-{number}"),
                    "email": format!("{userid}@example.com"),
                    "job_number": number.to_string(),
                    "dept_id_list": [dept],
                    "exclusive_account": number == 0,
                    "exclusive_account_type": "dingtalk",
                    "login_id": userid,
                }),
            );
        }
        post(
            "/topapi/v2/user/update",
            json!({
                "userid": "ann",
                "title": "工程师",
                "work_place": "三楼",
                "remark": "备注",
                "org_email": "ann@corp.example.com",
                "org_email_type": "base",
                "extension": "{\"爱好\":\"棋\"}",
                "hired_date": 1_700_000_000_000_i64,
                "manager_userid": "bob",
                "dept_position_list": [{
                    "dept_id": upper, "is_main": true, "title": "组长", "work_place": "四楼",
                    "extension_i18n": { "en_US": { "爱好": "chess" } },
                }],
            }),
        );
        let person = post("/topapi/v2/user/get", json!({ "userid": "ann" }));
        let unionid = text(&person["result"]["unionid"]);
        post(
            "/topapi/v2/department/update",
            json!({ "dept_id": upper, "code": "上", "org_dept_owner": "ann", "dept_manager_userid_list": "ann" }),
        );
        server.make_main_admin("ann");
        let group = post("/role/add_role_group", json!({ "name": "组" }))["groupId"].as_i64().unwrap();
        post("/role/add_role_group", json!({ "name": "别组" }));
        let role = |name: &str| {
            post("/role/add_role", json!({ "roleName": name, "groupId": group }))["roleId"].as_i64().unwrap()
        };
        let (role, spare_role, unwanted_role) = (role("职"), role("空职"), role("弃职"));
        post("/topapi/role/addrolesforemps", json!({ "roleIds": [role], "userIds": ["ann"] }));
        post("/topapi/role/scope/update", json!({ "userid": "ann", "role_id": role, "dept_ids": [below] }));
        let task = post(
            "/topapi/message/mass/send",
            json!({ "unionid": account, "msg_type": "news_card", "media_id": card, "is_to_all": true, "uuid": "first", "allow_comment": true }),
        );
        let task = text(&task["task_id"]);
        let comments = ["好", "[赞]"].map(|text| comment(&server, &task, published, text));
        let v1 = |method: Method, path: &str, fields: Value| succeed_v1(&server, method, path, &fields);
        let operators = format!("/v1.0/carillon/service-accounts/{account}/operators");
        v1(Method::PUT, &operators, json!({ "operator_user_id_list": ["ann"] }));
        let saved_answers = ["一", "二"].map(|title| {
            let path = format!("/v1.0/carillon/service-accounts/{account}/saved-answers");
            let added = v1(Method::POST, &path, json!({ "title": title, "content": "答" }));
            added["answerId"].as_i64().unwrap()
        });
        let [scheduled_send, retractable_send, early_send] = ["later", "latest", "now"].map(|uuid| {
            let send = json!({
                "unionid": account, "msg_type": "text", "text_content": "晚", "is_to_all": true, "uuid": uuid,
                "send_time": NOW + 1, "operator_user_id": "ann",
            });
            text(&v1(Method::POST, SCHEDULE, send)["task_id"])
        });
        let send_drafts = [1, 2, 3, 4, 5, 6]
            .map(|number| operator::add_send_draft(&server, &account, "bob", matches!(number, 2 | 3)));
        let dings = json!({ "agreement_signed": true, "app_unionid": account, "phone_unionid": account });
        v1(Method::PUT, DING_SETTINGS, dings);
        // Failed events, of an app that has no callback any more.
        post("/call_back/register_call_back", callback());
        let failed_event = server.fail_events();
        post("/call_back/delete_call_back", json!({}));
        server.open_stream();
        let chat_group = |fields: Value| {
            text(&v1(Method::POST, "/v1.0/carillon/groups/create", fields)["openConversationId"])
        };
        chat_group(json!({ "title": "部门", "groupType": 2, "deptId": upper, "ownerUserId": "ann" }));
        let scene = json!({
            "title": "Team 项目", "groupType": 4, "templateId": "tpl", "templateName": "模板", "ownerUserId": "ann",
            "administratorUserIds": ["bob"], "memberUserIds": ["cai"], "extensions": { "k": "v" },
        });
        let alone = json!({ "title": "独", "groupType": 3, "ownerUserId": "dan" });
        let (chat_group, spare_chat_group) = (chat_group(scene), chat_group(alone));
        for (number, fact) in facts(&chat_group).into_iter().enumerate() {
            let mut line = json!({ "id": number, "time": NOW, "userId": "ann" });
            line.as_object_mut().unwrap().extend(fact.as_object().unwrap().clone());
            v1(Method::POST, "/v1.0/carillon/facts", line);
        }
        record_meeting(&server);
        server.record_fact(NOW, None, ArticleRead { unionid: account.clone(), article_id: published });
        let session = webhook_session(&server, &account, "ann");
        let browser_session = browser_session(&server, "dan");
        let spare_account = json!({
            "name": "Archive", "avatar_media_id": picture, "desc": "旧", "preview_media_id": picture,
        });
        let spare_account = text(&post("/topapi/serviceaccount/add", spare_account)["unionid"]);
        let made = Made {
            call: String::new(),
            failed_event,
            scheduled_send,
            retractable_send,
            early_send,
            send_drafts,
            unwanted_card,
            comments,
            saved_answers,
            chat_group,
            spare_chat_group,
            picture,
            library_picture,
            spare_picture,
            account,
            spare_account,
            published,
            draft,
            spare_article,
            unwanted_article,
            card,
            spare_card,
            task,
            session,
            browser_session,
            dept: upper,
            below,
            empty,
            spare_dept,
            import: server.check_import(),
            unionid,
            group,
            role,
            spare_role,
            unwanted_role,
        };
        Self { server, made, spare_send: OnceCell::new() }
    }

    /// A send of a text to `ann` that can be recalled.
    pub fn spare_send(&self) -> &str {
        self.spare_send.get_or_init(|| {
            let send = json!({
                "unionid": self.account, "msg_type": "text", "text_content": "余", "userid_list": ["ann"], "is_to_all": false,
                "uuid": "spare",
            });
            text(&self.ok("/topapi/message/mass/send", &send)["task_id"])
        })
    }

    /// Calls a legacy operation that must succeed.
    pub fn ok(&self, path: &str, fields: &Value) -> Value {
        succeed(&self.server, path, fields)
    }

    /// Calls a v1.0 operation by POST that must succeed.
    pub fn ok_v1(&self, path: &str, fields: &Value) -> Value {
        succeed_v1(&self.server, Method::POST, path, fields)
    }

    /// Sets who sends urgent messages.
    pub fn set_dings(&self, fields: &Value) {
        succeed_v1(&self.server, Method::PUT, DING_SETTINGS, fields);
    }
}

/// A callback that any app may register.
pub fn callback() -> Value {
    json!({
        "call_back_tag": ["user_add_org", "label_conf_add", "isw_user_event_received"],
        "token": "token/1",
        "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
        "url": "https://example.com/callback",
    })
}

/// Records that `ann` signed in and met `bob`, today and a year ago.
fn record_meeting(server: &AppMatrix) {
    for (at, number) in [(NOW, "0001"), (NOW - 365 * DAY_MS, "0000")] {
        server.record_fact(at, Some("ann"), Login { client: Client::Ios, app_version: "8.0.0".to_owned() });
        let meeting = VideoMeeting {
            conference_id: format!("conf{number}"),
            logical_conference_id: Some(format!("logical{number}")),
            title: "周会".to_owned(),
            duration_ms: 1_800_000,
            invited_count: 3,
            connected: true,
        };
        server.record_fact(at, Some("ann"), meeting);
        let participation =
            VideoParticipation { conference_id: format!("conf{number}"), joined: true, attend_ms: 1_200_000 };
        server.record_fact(at, Some("bob"), participation);
    }
}

fn legacy(server: &AppMatrix, path: &str) -> Request {
    let token = server.token_of(AppType::Internal);
    Request::to(Method::POST, &format!("{path}?access_token={token}"))
}

fn post(server: &AppMatrix, path: &str, fields: &Value) -> Value {
    server.send(&legacy(server, path).with_body("application/json", fields.to_string())).body
}

fn succeed(server: &AppMatrix, path: &str, fields: &Value) -> Value {
    let answer = post(server, path, fields);
    assert_eq!(answer["errcode"], 0, "{path} {fields}: {answer}");
    answer
}

/// Writes a comment of `dan`, as the page of an article does.
fn comment(server: &AppMatrix, task: &str, article: i64, text: &'static str) -> String {
    let (env, corp, task) = (server.env.clone(), server.corp.clone(), TaskId::from(task));
    let signature = Signature::server(&env, "test");
    let written = server.store.write_blocking(&server.corp, signature, move |tx| {
        let member = tx.member_no(&corp, &UserId::from("dan"))?.expect("the member");
        let thread =
            comment::thread(tx, &corp, member, ArticleId(article), &task)?.expect("open for comments");
        comment::write(tx, &env, &corp, &thread, text)
    });
    written.unwrap().expect("taken").to_string()
}

fn succeed_v1(server: &AppMatrix, method: Method, path: &str, fields: &Value) -> Value {
    let request = Request::to(method, path).with_body("application/json", fields.to_string());
    let token_header = Some(server.token_of(AppType::Internal).to_owned());
    let answer = server.send(&Request { token_header, ..request });
    assert_eq!(answer.status, 200, "{path} {fields}: {}", answer.body);
    answer.body
}

fn upload(server: &AppMatrix, kind: &str, name: &str, content: &[u8]) -> String {
    let head = format!(
        "--limit\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{kind}\r\n\
         --limit\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--limit--\r\n"].concat();
    let request = legacy(server, "/media/upload").with_body("multipart/form-data; boundary=limit", body);
    let answer = server.send(&request).body;
    assert_eq!(answer["errcode"], 0, "{answer}");
    text(&answer["media_id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Begins a session of a member, without the activity of one who signs in. Returns its public id.
fn browser_session(server: &AppMatrix, userid: &str) -> String {
    const HASH: [u8; 32] = [7; 32];
    let userid = UserId::from(userid);
    server.write(move |tx, env, corp| {
        let member = tx.member_no(corp, &userid)?.expect("a member");
        tx.insert_session(&HASH, &Session::new(corp.clone(), member, env.now(), env.now().plus_ms(DAY_MS)))
    });
    session::id(&HASH)
}

/// Has a member write to an account. Returns the session of the `sessionWebhook` that the event would contain.
fn webhook_session(server: &AppMatrix, account: &str, userid: &str) -> String {
    let (account, userid) = (AccountId::from(account), UserId::from(userid));
    server.write(move |tx, env, corp| {
        let member = tx.member_no(corp, &userid)?.expect("a member");
        let key = ConversationKey { corp: corp.clone(), account, member };
        let content = NewMessageContent::Text("问".to_owned());
        let rows = chat::post_message(
            tx,
            env,
            &key,
            NewMessage { content, submission: None, base_url: String::new() },
        )?;
        let permitted = |app: &&Arc<App>| event::may_receive(app, EventKind::AccountMessage);
        let app =
            tx.state().apps.values().find(permitted).map(Arc::clone).expect("an app with the permission");
        let address = app_url::webhook(env, "", &app, &rows[0].id)?;
        Ok(address.split_once('=').expect("a session").1.to_owned())
    })
}
