//! Compares all operations that return the same number. `docs/WIRE.md`, "Numbers that several operations return",
//! lists them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// A server on which the caller has every permission.
pub trait Operations {
    /// The whole response of a legacy operation that must succeed.
    fn legacy(&self, path: &str, request: &Value) -> Value;
    /// The response of a v1.0 operation that must succeed.
    fn v1(&self, method: &str, path: &str, request: Option<&Value>) -> Value;
}

/// A day of an organisation whose members are as they were at the end of the day.
pub struct Day<'d> {
    pub day: &'d str,
    /// Whether the day is today. Then present state is compared too.
    pub is_today: bool,
    /// Whether somebody left after facts of the day. The numbers of the organisation include leavers.
    pub with_leavers: bool,
    /// The userid of a member.
    pub operator: &'d str,
}

/// Numbers that must be equal, each with its operation.
struct Same<'d>(&'d str, Vec<(String, Value)>);

impl Same<'_> {
    fn add(&mut self, operation: &str, number: &Value) -> &mut Self {
        // Some are texts.
        let number = match number {
            Value::String(text) => serde_json::from_str(text).unwrap_or_else(|_| number.clone()),
            other => other.clone(),
        };
        self.1.push((operation.to_owned(), number));
        self
    }

    fn check(&self) {
        let first = &self.1[0].1;
        assert!(first.is_number(), "{}: {:?}", self.0, self.1[0]);
        assert!(self.1.iter().all(|(_, number)| number == first), "{}: {:#?}", self.0, self.1);
    }
}

fn same<'d>(what: &'d str, numbers: &[(&str, &Value)]) -> Same<'d> {
    let mut same = Same(what, Vec::new());
    for (operation, number) in numbers {
        same.add(operation, number);
    }
    same.check();
    same
}

/// Responses about a day.
struct Answers<'s> {
    server: &'s dyn Operations,
    day: &'s Day<'s>,
}

impl Answers<'_> {
    fn kac(&self, path: &str, wrapper: &str, fields: &Value) -> Value {
        let mut asked = json!({ "data_id": self.day.day });
        asked.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.server.legacy(&format!("/topapi/kac/{path}"), &json!({ wrapper: asked }))["result"].clone()
    }

    fn totals(&self, path: &str) -> Value {
        self.kac(path, "request", &json!({}))
    }

    fn list(&self, path: &str) -> Vec<Value> {
        let (mut rows, mut cursor) = (Vec::new(), json!(0));
        loop {
            let page = self.kac(path, "request", &json!({ "cursor": cursor, "size": 100 }));
            rows.extend(page["data"].as_array().unwrap().clone());
            if page["has_more"] == false {
                return rows;
            }
            cursor = page["next_cursor"].clone();
        }
    }

    /// The row of the root department, which has all members.
    fn root(&self, path: &str) -> Value {
        self.kac(path, "request", &json!({ "cursor": 0, "size": 1 }))["data"][0].clone()
    }

    fn catalogue(&self, path: &str) -> Value {
        let answer =
            self.server.v1("GET", &format!("/v1.0/datacenter/{path}?statDate={}", self.day.day), None);
        answer["dataList"][0].clone()
    }

    fn exclusive(&self, path: &str) -> Value {
        self.server.v1("GET", &format!("/v1.0/exclusive/{path}"), None)
    }

    fn groups_of_day(&self) -> (Vec<Value>, u64) {
        let mut rows = Vec::new();
        for page in 1.. {
            let query = format!("statDate={}&pageNumber={page}&pageSize=50", self.day.day);
            let answer = self.exclusive(&format!("data/activeGroups?{query}"));
            let shown = answer["data"].as_array().unwrap();
            if shown.is_empty() {
                return (rows, answer["totalCount"].as_u64().unwrap());
            }
            rows.extend(shown.clone());
        }
        unreachable!()
    }

    fn group_infos(&self) -> Vec<Value> {
        let mut rows = Vec::new();
        for page in 1.. {
            let query = format!("operatorUserId={}&uuid=1&pageStart={page}&pageSize=100", self.day.operator);
            let answer = self.exclusive(&format!("securities/orgGroupInfos?{query}"));
            let shown = answer["items"].as_array().unwrap();
            if shown.is_empty() {
                assert_eq!(answer["totalCount"], rows.len());
                return rows;
            }
            rows.extend(shown.clone());
        }
        unreachable!()
    }

    /// Members who signed in on the day, or those who did not.
    fn signed_in(&self, is_active: bool) -> BTreeSet<String> {
        let (mut found, mut offset) = (BTreeSet::new(), json!(0));
        loop {
            let asked =
                json!({ "is_active": is_active, "offset": offset, "size": 100, "query_date": self.day.day });
            let page = self.server.legacy("/topapi/inactive/user/v2/get", &asked)["result"].clone();
            found.extend(texts(&page["list"]));
            if page["has_more"] == false {
                return found;
            }
            offset = page["next_cursor"].clone();
        }
    }

    /// The members who did not sign in, by userid, as the v1.0 host lists them.
    fn inactive(&self) -> BTreeMap<String, Value> {
        let mut found = BTreeMap::new();
        for page in 1.. {
            let asked = json!({ "statDate": self.day.day, "pageNumber": page, "pageSize": 100 });
            let answer = self.server.v1("POST", "/v1.0/exclusive/inactives/users/query", Some(&asked));
            let rows = answer["dataList"].as_array().unwrap();
            if rows.is_empty() {
                return found;
            }
            found.extend(rows.iter().map(|row| (row["14004_DAY"].as_str().unwrap().to_owned(), row.clone())));
        }
        unreachable!()
    }
}

fn texts(list: &Value) -> BTreeSet<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn count(number: usize) -> Value {
    json!(number)
}

fn sum(rows: &[Value], field: &str) -> Value {
    json!(rows.iter().map(|row| row[field].as_u64().unwrap()).sum::<u64>())
}

/// Compares all numbers of a day.
pub fn check(server: &dyn Operations, day: &Day<'_>) {
    let answers = Answers { server, day };
    members(&answers);
    groups(&answers);
    messages(&answers);
    meetings(&answers);
    lives(&answers);
    dings(&answers);
    office(&answers);
}

/// Numbers of members: in all, active and activated.
fn members(answers: &Answers<'_>) {
    let (day, server) = (answers.day, answers.server);
    let summary = answers.totals("datav/dau/summary/get");
    let root = answers.root("datav/dept/dau/list");
    let online = answers.catalogue("onlineUserData");
    let activation = answers.catalogue("activeUserData");
    let asked = json!({ "statDates": [day.day], "corpIds": [online["corp_id"]] });
    let county = server.v1("POST", "/v1.0/datacenter/digitalCounty/orgInfos/query", Some(&asked));
    let county: Value = serde_json::from_str(county["result"].as_str().unwrap()).unwrap();
    let county = &county[0];
    let inactive = answers.inactive();
    let never: BTreeSet<String> = answers
        .list("datav/inactivated/user/list")
        .iter()
        .map(|row| row["userid"].as_str().unwrap().to_owned())
        .collect();

    let mut contacts = same(
        "members",
        &[
            ("dau/summary", &summary["contacts_count"]),
            ("dept/dau/list", &root["contacts_number"]),
            ("onlineUserData 4001", &online["4001_DAY"]),
            ("orgInfos", &county["contacts_count"]),
        ],
    );
    let mut active = same(
        "active",
        &[
            ("dau/summary", &summary["daily_active_users"]),
            ("onlineUserData 19001", &online["19001_DAY"]),
            ("onlineUserData 4002", &online["4002_DAY"]),
            ("orgInfos", &county["daily_active_users"]),
        ],
    );
    let mut of_members = same("active members", &[("dept/dau/list", &root["daily_active_users"])]);
    let active_members = root["daily_active_users"].as_u64().unwrap();
    contacts.add("active and inactives/users/query", &json!(active_members + inactive.len() as u64)).check();
    if !day.is_today {
        let (here, away) = (answers.signed_in(true), answers.signed_in(false));
        of_members.add("inactive/user/v2/get", &count(here.len())).check();
        contacts.add("inactive/user/v2/get, both", &count(here.len() + away.len())).check();
        assert!(away.iter().eq(inactive.keys()), "who was inactive: {away:?} and {:?}", inactive.keys());
        assert!(here.is_disjoint(&never), "active and never activated: {here:?} and {never:?}");
    }
    if !day.with_leavers {
        active.add("dept/dau/list", &root["daily_active_users"]).check();
        same(
            "active on phones",
            &[("dau", &summary["app_active_users"]), ("dept/dau", &root["app_active_users"])],
        );
        same(
            "active on computers",
            &[("dau", &summary["pc_active_users"]), ("dept/dau", &root["pc_active_users"])],
        );
        // Active within 30 days are those of the day, and those whom the list of inactive members marks so.
        let lately = inactive.values().filter(|row| row["14008_DAY"] == "Y").count() as u64;
        let month = answers.exclusive(&format!("data/dau/org/{}", day.day));
        same(
            "active within 30 days",
            &[("data/dau/org", &month["actUsrCnt1m"]), ("inactives", &json!(active_members + lately))],
        );
    }
    same(
        "active on phones",
        &[("dau", &summary["app_active_users"]), ("onlineUserData 4006", &online["4006_DAY"])],
    );
    same(
        "active on computers",
        &[("dau", &summary["pc_active_users"]), ("onlineUserData 4005", &online["4005_DAY"])],
    );

    let mut activated = same(
        "activated",
        &[
            ("dau/summary", &summary["activated_count"]),
            ("activeUserData 4007", &activation["4007_DAY"]),
            ("orgInfos", &county["activated_count"]),
        ],
    );
    let members = summary["contacts_count"].as_u64().unwrap();
    activated.add("all but inactivated/user/list", &json!(members - never.len() as u64)).check();
    if day.is_today {
        let counted = |only_active: bool| {
            server.legacy("/topapi/user/count", &json!({ "only_active": only_active }))["result"]["count"]
                .clone()
        };
        contacts.add("user/count", &counted(false)).check();
        activated.add("user/count", &counted(true)).check();
        for userid in inactive.keys() {
            let shown = server.legacy("/topapi/v2/user/get", &json!({ "userid": userid }))["result"].clone();
            assert_eq!(shown["active"], !never.contains(userid), "user/get of {userid}");
        }
    }
}

fn groups(answers: &Answers<'_>) {
    let day = answers.day;
    let chat = answers.totals("datav/chat/summary/get");
    let counted = answers.totals("datav/group/get");
    let catalogue = answers.catalogue("groupMessageData");
    let (listed, total) = answers.groups_of_day();
    assert_eq!(listed.len() as u64, total, "activeGroups");
    let infos = answers.group_infos();

    let mut all = same(
        "groups",
        &[
            ("chat/summary", &chat["group_count"]),
            ("group/get", &counted["inner_group_cnt"]),
            ("groupMessageData 4034", &catalogue["4034_DAY"]),
        ],
    );
    let mut departments = same(
        "department groups",
        &[("group/get", &counted["dept_group_cnt"]), ("groupMessageData 4035", &catalogue["4035_DAY"])],
    );
    let dashed = format!("{}-{}-{}", &day.day[..4], &day.day[4..6], &day.day[6..]);
    let new = listed.iter().filter(|row| row["groupCreateTime"].as_str().unwrap().starts_with(&dashed));
    same(
        "new groups",
        &[
            ("chat/summary", &chat["new_group_count"]),
            ("groupMessageData 4031", &catalogue["4031_DAY"]),
            ("activeGroups", &count(new.count())),
        ],
    );
    let active = listed.iter().filter(|row| row["sendMessageCnt1d"].as_u64().unwrap() > 0);
    same(
        "active groups",
        &[
            ("chat/summary", &chat["active_group_count"]),
            ("groupMessageData 4032", &catalogue["4032_DAY"]),
            ("activeGroups", &count(active.count())),
        ],
    );
    same(
        "group messages",
        &[
            ("chat/summary", &chat["group_message_count"]),
            ("groupMessageData 4033", &catalogue["4033_DAY"]),
            ("activeGroups", &sum(&listed, "sendMessageCnt1d")),
        ],
    );
    if day.is_today {
        let ids: BTreeMap<&str, &Value> =
            infos.iter().map(|info| (info["openConversationId"].as_str().unwrap(), info)).collect();
        let there = infos.iter().filter(|info| info["status"] != -1).count();
        all.add("orgGroupInfos", &count(there)).check();
        let of_departments = listed
            .iter()
            .filter(|row| row["groupType"] == 2 && ids[row["dingGroupId"].as_str().unwrap()]["status"] != -1);
        departments.add("activeGroups", &count(of_departments.count())).check();
        for row in &listed {
            let info = ids[row["dingGroupId"].as_str().unwrap()];
            assert_eq!(row["groupName"], info["groupName"]);
            if info["status"] != -1 {
                assert_eq!(row["groupUserCnt1d"], info["groupMembersCount"], "members of {row}");
            }
        }
    }
}

fn messages(answers: &Answers<'_>) {
    let chat = answers.totals("datav/chat/summary/get");
    let root = answers.root("datav/dept/chat/summary/list");
    let active = answers.totals("datav/dau/summary/get");
    let online = answers.catalogue("onlineUserData");
    let (single, group) = (answers.catalogue("singleMessagerData"), answers.catalogue("groupMessageData"));
    let parts =
        chat["single_message_count"].as_u64().unwrap() + chat["group_message_count"].as_u64().unwrap();
    same(
        "messages",
        &[
            ("chat/summary", &chat["message_total_count"]),
            ("chat/summary, both kinds", &json!(parts)),
            ("singleMessagerData 4026", &single["4026_DAY"]),
        ],
    );
    same(
        "who sent messages",
        &[
            ("chat/summary", &chat["message_user_count"]),
            ("dau/summary", &active["chat_user_count"]),
            ("singleMessagerData 4004", &single["4004_DAY"]),
            ("onlineUserData 4004", &online["4004_DAY"]),
        ],
    );
    same(
        "single messages",
        &[("chat/summary", &chat["single_message_count"]), ("4028", &single["4028_DAY"])],
    );
    same(
        "who sent single messages",
        &[("chat/summary", &chat["chat_user_count"]), ("4027", &single["4027_DAY"])],
    );
    same(
        "who sent group messages",
        &[("chat/summary", &chat["group_chat_user_count"]), ("4030", &group["4030_DAY"])],
    );
    if !answers.day.with_leavers {
        for (total, of_root) in [
            ("message_total_count", "message_cnt"),
            ("message_user_count", "send_message_user_cnt"),
            ("chat_user_count", "send_single_message_user_cnt"),
            ("group_chat_user_count", "send_group_message_user_cnt"),
            ("group_message_count", "group_message_cnt"),
            ("single_message_count", "single_message_cnt"),
            ("message_avg_count", "send_message_avg_cnt"),
            ("group_send_file_message_count", "group_send_file_message_cnt"),
        ] {
            same(total, &[("chat/summary", &chat[total]), ("dept/chat/summary", &root[of_root])]);
        }
    }
}

/// The tenths of a decimal text.
fn tenths(text: &Value) -> u64 {
    text.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn meetings(answers: &Answers<'_>) {
    let video = answers.totals("v2/datav/videoconf/get");
    let phone = answers.totals("datav/telconf/get");
    let (videos, phones) =
        (answers.list("datav/videoconf/detail/list"), answers.list("datav/telconf/detail/list"));
    let (video_root, phone_root) =
        (answers.root("datav/dept/videoconf/list"), answers.root("datav/dept/telconf/list"));
    let (video_catalogue, phone_catalogue) =
        (answers.catalogue("vedioMeetingData"), answers.catalogue("telMeetingData"));
    same(
        "video meetings that came about",
        &[
            ("v2/videoconf/get", &video["start_video_conf_secc_cnt"]),
            ("videoconf/detail/list", &count(videos.len())),
            ("vedioMeetingData 4053", &video_catalogue["4053_DAY"]),
        ],
    );
    same(
        "phone conferences that came about",
        &[
            ("telconf/get", &phone["call_count"]),
            ("telconf/detail/list", &count(phones.len())),
            ("telMeetingData 4056", &phone_catalogue["4056_DAY"]),
        ],
    );
    let mut video_starts = same(
        "video meetings started",
        &[("v2/videoconf/get", &video["start_video_conf_cnt"]), ("4051", &video_catalogue["4051_DAY"])],
    );
    let mut phone_starts = same("phone conferences started", &[("4059", &phone_catalogue["4059_DAY"])]);
    let mut video_joins = same(
        "participations in video meetings",
        &[
            ("v2/videoconf/get", &video["join_video_conf_secc_usr_cnt"]),
            ("4050", &video_catalogue["4050_DAY"]),
        ],
    );
    let mut phone_joins =
        same("participations in phone conferences", &[("telconf/get", &phone["call_join_pv"])]);
    same(
        "who joined video meetings",
        &[
            ("v2/videoconf/get", &video["join_video_conf_secc_usr_num"]),
            ("4052", &video_catalogue["4052_DAY"]),
        ],
    );
    same(
        "who started video meetings",
        &[("v2/videoconf/get", &video["start_video_conf_usr_num"]), ("4054", &video_catalogue["4054_DAY"])],
    );
    let whole = |text: &Value| (tenths(text) + 5) / 10;
    let rounded = |exact: &Value, number: &Value| {
        let number = number.as_u64().unwrap();
        assert!(number == whole(exact) || number + 1 == whole(exact), "{exact} minutes and {number}");
    };
    rounded(&video["start_video_conf_len_min"], &video_catalogue["4049_DAY"]);
    rounded(&phone["call_duration_min"], &phone_catalogue["4057_DAY"]);
    if !answers.day.with_leavers {
        video_starts.add("dept/videoconf/list", &video_root["start_count"]).check();
        phone_starts.add("dept/telconf/list", &phone_root["start_count"]).check();
        video_joins.add("dept/videoconf/list", &video_root["join_count"]).check();
        phone_joins.add("dept/telconf/list", &phone_root["join_count"]).check();
        assert_eq!(video_root["start_len_min"], video["start_video_conf_len_min"]);
        assert_eq!(phone_root["start_len_min"], phone["call_duration_min"]);
    }
    for root in [&video_root, &phone_root] {
        // Average times count is the sum, up to the rounding to tenths of minutes.
        let (length, average) = (tenths(&root["start_len_min"]), tenths(&root["start_avg_len_min"]));
        let started = root["start_count"].as_u64().unwrap();
        assert!(length.abs_diff(average * started) <= started.max(1), "{root}");
    }
}

fn lives(answers: &Answers<'_>) {
    let live = answers.kac("datav/videolive/get", "param_video_live_summary_request", &json!({}));
    let list = answers.list("datav/videolive/detail/list");
    let root = answers.root("datav/dept/videolive/list");
    let catalogue = answers.catalogue("groupLiveData");
    same(
        "lives",
        &[
            ("videolive/get", &live["live_launch_succ_cnt"]),
            ("videolive/detail/list", &count(list.len())),
            ("groupLiveData 4061", &catalogue["4061_DAY"]),
        ],
    );
    same("views of lives", &[("videolive/get", &live["live_play_cnt"]), ("4062", &catalogue["4062_DAY"])]);
    same(
        "viewers of lives",
        &[("videolive/get", &live["live_play_user_cnt"]), ("4063", &catalogue["4063_DAY"])],
    );
    same(
        "who watched",
        &[("videolive/get", &live["watch_group_live_user_cnt"]), ("4065", &catalogue["4065_DAY"])],
    );
    if !answers.day.with_leavers {
        same(
            "lives",
            &[("videolive/get", &live["live_launch_succ_cnt"]), ("dept", &root["live_launch_count"])],
        );
        same(
            "viewers of lives",
            &[("videolive/get", &live["live_play_user_cnt"]), ("dept", &root["live_play_user_count"])],
        );
        assert_eq!(live["live_succ_time_len"], root["live_time_length"]);
    }
}

fn dings(answers: &Answers<'_>) {
    let ding = answers.kac("datav/ding/get", "ding_usage_summary_request", &json!({}));
    let root = answers.root("datav/dept/ding/list");
    let catalogue = answers.catalogue("dingSendData");
    for (name, kpi) in [
        ("ding_cnt", "4036"),
        ("ding_user_cnt", "4037"),
        ("ding_app_cnt", "4038"),
        ("ding_app_user_cnt", "4039"),
        ("ding_sms_cnt", "4040"),
        ("ding_sms_user_cnt", "4041"),
        ("ding_call_cnt", "4042"),
        ("ding_call_user_cnt", "4043"),
    ] {
        let mut both = same(name, &[("ding/get", &ding[name]), (kpi, &catalogue[format!("{kpi}_DAY")])]);
        // DINGs of an app belong to no member.
        if !answers.day.with_leavers && name.ends_with("user_cnt") {
            both.add("dept/ding/list", &root[name]).check();
        }
    }
}

/// Calendars, reports, documents and forms.
fn office(answers: &Answers<'_>) {
    let day = answers.day.day;
    let root = |path: &str| {
        answers.exclusive(&format!("data/{path}/dept/{day}?nextToken=0&maxResults=1"))["data"][0].clone()
    };
    let calendar = answers.exclusive(&format!("data/calendar/org/{day}"));
    let catalogue = answers.catalogue("calendarData");
    for (name, kpi) in [
        ("useCalendarUserCnt1d", "4125"),
        ("calendarCreateUserCnt", "4126"),
        ("recvCalendarUserCnt1d", "4127"),
    ] {
        same(name, &[("data/calendar/org", &calendar[name]), (kpi, &catalogue[format!("{kpi}_DAY")])]);
    }
    let documents = answers.exclusive(&format!("data/doc/org/{day}"));
    let mut created = same(
        "documents created",
        &[("doc/org", &documents["docCreatedCnt"]), ("4103", &answers.catalogue("documentData")["4103_DAY"])],
    );
    let forms = answers.exclusive(&format!("data/generalForm/org/{day}"));
    let mut published = same("forms published", &[("generalForm/org", &forms["generalFormCreatedCnt"])]);
    let mut filled = same("who filled in forms", &[("generalForm/org", &forms["useGeneralFormUserCnt1d"])]);
    let reports = answers.catalogue("reportData");
    let mut sent = same("reports", &[("reportData 4100", &reports["4100_DAY"])]);
    let mut authors = same("who sent reports", &[("reportData 4101", &reports["4101_DAY"])]);
    if !answers.day.with_leavers {
        created.add("doc/dept", &root("doc")["docCreatedCnt"]).check();
        published.add("generalForm/dept", &root("generalForm")["generalFormCreateCnt1d"]).check();
        filled.add("generalForm/dept", &root("generalForm")["useGeneralFormUserCnt1d"]).check();
        sent.add("report/dept", &root("report")["dingReportSendCnt"]).check();
        authors.add("report/dept", &root("report")["dingReportSendUsrCnt"]).check();
    }
}
