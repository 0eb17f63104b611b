//! Responses of `group.org_group_infos`, `group.active_list` and `group.ban_words`.

use serde_json::{Value, json};

use crate::reference::compare::Compared;
use crate::reference::fixture::{Fixture, MINUTE_MS};
use crate::reference::groups::Group;
use crate::reference::oracle::Facts;

const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const INFOS: &str = "/v1.0/exclusive/securities/orgGroupInfos";

/// Compares all groups, and those that each filter finds, in pages of several sizes.
pub fn compare_infos(fixture: &Fixture, compared: &mut Compared) {
    let operator = fixture.userid(*fixture.org.members.keys().next().unwrap());
    let middle = &fixture.groups[fixture.groups.len() / 2];
    let owner = middle.owner.filter(|owner| fixture.org.members.contains_key(owner));
    let named = owner.map_or(json!("nobody"), |owner| fixture.userid(owner));
    let owns = move |group: &Group| owner.is_some() && group.owner == owner;
    let (created, active, size) = (middle.created, middle.active(), middle.members.len());
    type Filter<'w> = (Value, Box<dyn Fn(&Group) -> bool + 'w>);
    let filters: Vec<Filter<'_>> = vec![
        (json!({}), Box::new(|_| true)),
        (json!({ "groupName": "群1" }), Box::new(|group| group.title.contains("群1"))),
        (json!({ "groupOwner": named }), Box::new(owns)),
        (json!({ "syncToDingpan": 1 }), Box::new(|group| group.synced == 1)),
        (json!({ "syncToDingpan": 0 }), Box::new(|group| group.synced == 0)),
        (json!({ "groupMembersCountStart": size }), Box::new(move |group| group.members.len() >= size)),
        (json!({ "groupMembersCountEnd": size }), Box::new(move |group| group.members.len() <= size)),
        (json!({ "createTimeStart": created }), Box::new(move |group| group.created >= created)),
        (json!({ "createTimeEnd": created }), Box::new(move |group| group.created <= created)),
        (json!({ "lastActiveTimeStart": active }), Box::new(move |group| group.active() >= active)),
        (json!({ "lastActiveTimeEnd": active }), Box::new(move |group| group.active() <= active)),
    ];
    for (filter, is_found) in filters {
        let found: Vec<Value> =
            fixture.groups.iter().filter(|group| is_found(group)).map(|group| info(fixture, group)).collect();
        for size in [2, 100] {
            // The last page requested is one beyond the end, and empty.
            for page in 1..=found.len() / size + 2 {
                let mut fields = json!({ "operatorUserId": operator, "uuid": "one", "pageStart": page,
                                         "pageSize": size });
                fields.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
                let page_rows: Vec<&Value> = found.iter().skip((page - 1) * size).take(size).collect();
                let expected =
                    json!({ "totalCount": found.len(), "itemCount": page_rows.len(), "items": page_rows });
                let answer = fixture.get(&format!("{INFOS}?{}", query(&fields)));
                compared.compare("group.org_group_infos", &fields.to_string(), &answer, &expected);
            }
        }
    }
}

fn query(fields: &Value) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields.as_object().unwrap() {
        query.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
    }
    query.finish()
}

fn info(fixture: &Fixture, group: &Group) -> Value {
    // A leaver owns nothing, but stays the owner of groups that were dissolved before.
    let owner = group.owner.filter(|owner| fixture.org.members.contains_key(owner));
    let owner = owner.map(|owner| &fixture.people[owner]);
    let status = match group.dissolved {
        Some(_) => -1,
        None => i64::from(!group.members.is_empty()),
    };
    let passed = fixture.now() - group.active();
    let ago = match passed {
        _ if passed < MINUTE_MS => "刚刚".to_owned(),
        _ if passed < HOUR_MS => format!("{}分钟前", passed / MINUTE_MS),
        _ if passed < DAY_MS => format!("{}小时前", passed / HOUR_MS),
        _ if passed < 7 * DAY_MS => format!("{}天前", passed / DAY_MS),
        _ => fixture.date_time(group.active())[..10].to_owned(),
    };
    json!({
        "openConversationId": group.id,
        "groupOwner": owner.map_or("", |owner| &owner.name),
        "groupOwnerUserId": owner.map_or("", |owner| &owner.userid),
        "groupName": group.title,
        "groupAdminsCount": group.administrators.len(),
        "groupMembersCount": group.members.len(),
        "groupCreateTime": group.created,
        "groupLastActiveTime": group.active(),
        "groupLastActiveTimeShow": ago,
        "syncToDingpan": group.synced,
        "usedQuota": group.used_bytes,
        "status": status,
        "templateId": group.template[0],
        "templateName": group.template[1],
        "extensions": group.extensions,
    })
}

/// Compares the groups of a day: all, those of each kind, and each by its id.
pub fn active(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let ends = fixture.start_of(&fixture.days_after(day, 1));
    let begins = fixture.start_of(day);
    let existing = |group: &&Group| group.created < ends && group.dissolved.is_none_or(|at| at >= begins);
    let existing: Vec<&Group> = fixture.groups.iter().filter(existing).collect();
    let facts = Facts::on(fixture, day);
    let mut check = |filter: Value, groups: Vec<&Group>| {
        let rows: Vec<Value> = groups.iter().map(|group| of_day(fixture, &facts, day, group)).collect();
        for size in [2, 100] {
            for page in 1..=rows.len() / size + 2 {
                let mut fields = json!({ "statDate": day, "pageNumber": page, "pageSize": size });
                fields.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
                let page_rows: Vec<&Value> = rows.iter().skip((page - 1) * size).take(size).collect();
                let expected = json!({ "data": page_rows, "totalCount": rows.len() });
                let answer = fixture.get(&format!("/v1.0/exclusive/data/activeGroups?{}", query(&fields)));
                compared.compare("group.active_list", &fields.to_string(), &answer, &expected);
            }
        }
    };
    check(json!({}), existing.clone());
    for kind in 1..=4 {
        let of_kind = existing.iter().copied().filter(|group| group.kind == kind).collect();
        check(json!({ "groupType": kind }), of_kind);
    }
    for group in &fixture.groups {
        let alone = existing.iter().copied().filter(|one| one.id == group.id).collect();
        check(json!({ "dingGroupId": group.id }), alone);
    }
}

fn of_day(fixture: &Fixture, facts: &Facts<'_>, day: &str, group: &Group) -> Value {
    let messages = facts.kind("group_message").with("openConversationId", group.id.as_str());
    let opened = facts.kind("group_opened").with("openConversationId", group.id.as_str());
    let creator = group.creator.map(|creator| &fixture.people[creator]);
    json!({
        "statDate": day,
        "dingGroupId": group.id,
        "groupCreateTime": fixture.date_time(group.created),
        "groupCreateUserId": creator.map_or("", |creator| &creator.unionid),
        "groupCreateUserName": creator.map_or("", |creator| &creator.name),
        "groupName": group.title,
        "groupType": group.kind,
        "groupUserCnt1d": group.size_on(day, &fixture.today()),
        "sendMessageUserCnt1d": messages.people(),
        "sendMessageCnt1d": messages.count(),
        "openConvUv1d": opened.people(),
    })
}

/// Bans chat in each group and allows it again, and checks which members may post.
pub fn compare_bans(fixture: &mut Fixture, compared: &mut Compared) {
    let path = "/v1.0/exclusive/enterpriseSecurities/banOrOpenGroupWords";
    for index in 0..fixture.groups.len() {
        let group = &fixture.groups[index];
        let set = |kind: i64| {
            let request = json!({ "openConverationId": group.id, "banWordsType": kind });
            fixture.server.v1("PUT", path, Some(&request))
        };
        // Facts can name groups of other programs.
        if !group.id.starts_with("cid") {
            assert_eq!((set(1).0, &set(1).1["code"]), (400, &json!("illegal.parameter.cid")));
            continue;
        }
        if group.dissolved.is_some() {
            assert_eq!((set(1).0, &set(1).1["code"]), (400, &json!("not.inner.group")));
            continue;
        }
        let done = json!({ "code": "200", "cause": "ok" });
        compared.compare("group.ban_words", &group.id, &set(1).1, &done);
        for member in &group.members {
            let may_speak = group.owner == Some(*member) || group.administrators.contains(member);
            if !may_speak {
                let message =
                    json!({ "openConversationId": group.id, "senderUserId": fixture.userid(*member) });
                let (status, answer) =
                    fixture.server.call_v1("/v1.0/carillon/groups/messages/send", &message);
                assert_eq!((status, &answer["code"]), (403, &json!("group.words.banned")));
            }
        }
        if let Some(owner) = group.owner {
            fixture.post_message(index, owner, None);
        }
        let group = &fixture.groups[index];
        let request = json!({ "openConverationId": group.id, "banWordsType": 0 });
        let (_, answer) = fixture.server.v1("PUT", path, Some(&request));
        compared.compare("group.ban_words", &group.id, &answer, &done);
        if let Some(member) = group.members.last().copied() {
            fixture.post_message(index, member, None);
        }
    }
}
