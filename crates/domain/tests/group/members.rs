use carillon_domain::{
    contact::user,
    group::{self, GroupChange, MemberSelection, Post},
};
use carillon_model::{
    day::Day,
    error::{Error, Rule},
    group::{GroupKind, GroupState},
    id::{ConversationId, DeptId},
    time::DAY_MS,
};
use carillon_store::{GroupDayFilter, GroupFilter};

use testkit::store::StoreFixture;

use crate::group::fixture::{Groups, new_group, userid, userids, with_members};

/// `a` is the owner, `b` and `c` are administrators, `d` is a member.
fn staffed_group(fixture: &StoreFixture) -> ConversationId {
    let new = group::NewGroup {
        administrators: userids(&["b", "c", "a"]),
        members: MemberSelection { users: userids(&["d", "d"]), departments: Vec::new() },
        ..new_group(GroupKind::Other, "a")
    };
    fixture.make(new).unwrap().id
}

fn remove(fixture: &StoreFixture, id: &ConversationId, users: &[&str]) {
    let (id, who) = (id.clone(), MemberSelection { users: userids(users), departments: Vec::new() });
    fixture.write(move |tx, env, corp| group::remove_members(tx, env, corp, &id, &who)).unwrap();
}

fn rule<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Rule {
    match outcome.unwrap_err() {
        Error::Rule(rule) | Error::RuleBecause(rule, _) => rule,
        error => panic!("{error}"),
    }
}

fn field<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    match outcome.unwrap_err() {
        Error::Invalid { field, .. } => field.into_owned(),
        error => panic!("{error}"),
    }
}

#[test]
fn everybody_named_in_any_way_belongs_to_it_once() {
    let fixture = with_members();
    let id = staffed_group(&fixture);
    assert_eq!(fixture.members(&id), ["a", "b", "c", "d"]);
    let details = fixture.details(&id);
    // The owner is not also an administrator.
    assert_eq!(details.administrators, userids(&["b", "c"]));
    assert_eq!(details.group.administrator_count, 2);
    assert_eq!(details.group.member_count, 4);
    let creator = fixture.read(|tx, corp| user::get(tx, corp, &userid("a")));
    assert_eq!(details.creator.unionid, creator.unionid);

    let all = group::NewGroup {
        members: MemberSelection { users: Vec::new(), departments: vec![DeptId::ROOT] },
        ..new_group(GroupKind::Scene, "e")
    };
    assert_eq!(fixture.members(&fixture.make(all).unwrap().id), ["a", "b", "c", "d", "e"]);
}

#[test]
fn an_owner_who_leaves_is_followed_by_an_administrator_and_then_by_a_member() {
    let fixture = with_members();
    let id = staffed_group(&fixture);
    remove(&fixture, &id, &["a", "e"]);
    assert_eq!(fixture.owner(&id), "b");
    assert_eq!(fixture.details(&id).administrators, userids(&["c"]));
    assert_eq!(fixture.details(&id).group.administrator_count, 1);
    fixture.write(|tx, env, corp| user::delete(tx, env, corp, &userid("b"))).unwrap();
    assert_eq!(fixture.owner(&id), "c");
    assert_eq!(fixture.members(&id), ["c", "d"]);
    remove(&fixture, &id, &["c"]);
    assert_eq!(fixture.owner(&id), "d");
    remove(&fixture, &id, &["d"]);
    let left = fixture.details(&id);
    assert_eq!((left.group.state(), left.owner), (GroupState::Empty, None));
    let who = MemberSelection { users: userids(&["e"]), departments: Vec::new() };
    let again = id.clone();
    fixture.write(move |tx, env, corp| group::add_members(tx, env, corp, &again, &who)).unwrap();
    assert_eq!(fixture.owner(&id), "e");
    assert_eq!(fixture.details(&id).group.state(), GroupState::Normal);
}

#[test]
fn a_change_keeps_absent_fields() {
    let fixture = with_members();
    let id = staffed_group(&fixture);
    let before = fixture.details(&id).group;
    let this = id.clone();
    let change = GroupChange {
        title: Some("新名".to_owned()),
        owner: Some(userid("d")),
        synced_to_drive: Some(true),
        extensions: Some([("k".to_owned(), "v".to_owned())].into()),
        ..GroupChange::default()
    };
    fixture.write(move |tx, env, corp| group::update(tx, env, corp, &this, change)).unwrap();
    let after = fixture.details(&id);
    assert_eq!(after.administrators, userids(&["b", "c"]));
    assert_eq!(fixture.owner(&id), "d");
    let expected = carillon_model::group::Group {
        title: "新名".to_owned(),
        owner: after.group.owner,
        synced_to_drive: true,
        extensions: [("k".to_owned(), "v".to_owned())].into(),
        ..before
    };
    assert_eq!(after.group, expected);
    assert_eq!(fixture.members(&id), ["a", "b", "c", "d"]);

    for (change, stranger) in [
        (GroupChange { owner: Some(userid("e")), ..GroupChange::default() }, "e"),
        (GroupChange { administrators: Some(userids(&["b", "e"])), ..GroupChange::default() }, "e"),
    ] {
        let this = id.clone();
        let refused = fixture.write(move |tx, env, corp| group::update(tx, env, corp, &this, change));
        assert_eq!(refused, Err(Error::because(Rule::NotInGroup, stranger)));
    }
    assert_eq!(fixture.details(&id).group, after.group);
}

#[test]
fn invalid_groups_are_refused_with_their_field() {
    let fixture = with_members();
    let named = |users: &[&str], departments: &[i64]| MemberSelection {
        users: userids(users),
        departments: departments.iter().copied().map(DeptId).collect(),
    };
    let other = || new_group(GroupKind::Other, "a");
    for (new, expected) in [
        (group::NewGroup { owner: userid("nobody"), ..other() }, "ownerUserId"),
        (group::NewGroup { administrators: userids(&["nobody"]), ..other() }, "administratorUserIds"),
        (group::NewGroup { members: named(&["nobody"], &[]), ..other() }, "memberUserIds"),
        (group::NewGroup { members: named(&[], &[99]), ..other() }, "memberDeptIds"),
        (group::NewGroup { department: Some(DeptId::ROOT), ..other() }, "deptId"),
        (new_group(GroupKind::Department, "a"), "deptId"),
        (group::NewGroup { department: Some(DeptId(99)), ..new_group(GroupKind::Department, "a") }, "deptId"),
        (group::NewGroup { template: Default::default(), ..new_group(GroupKind::Scene, "a") }, "templateId"),
        (group::NewGroup { template: new_group(GroupKind::Scene, "a").template, ..other() }, "templateId"),
    ] {
        assert_eq!(field(fixture.make(new)), expected);
    }
    let count = fixture.read(|tx, corp| tx.count_groups(corp, &GroupFilter::all()));
    assert_eq!(count, 0);
}

#[test]
fn a_ban_on_messages_spares_owner_and_administrators() {
    let mut fixture = with_members();
    let id = staffed_group(&fixture);
    let post = |fixture: &StoreFixture, sender: &str, file_bytes| {
        let (id, post) = (id.clone(), Post { sender: userid(sender), file_bytes });
        fixture.write(move |tx, env, corp| group::post(tx, env, corp, &id, &post))
    };
    let ban = |fixture: &StoreFixture, banned| {
        let id = id.clone();
        fixture.write(move |tx, _, corp| group::set_words_banned(tx, corp, &id, banned)).unwrap();
    };
    fixture.later(1_000);
    post(&fixture, "d", None).unwrap();
    post(&fixture, "a", Some(70)).unwrap();
    post(&fixture, "b", Some(30)).unwrap();
    let group = fixture.details(&id).group;
    assert_eq!((group.active_at, group.used_bytes), (fixture.env.now(), 100));
    assert_eq!(rule(post(&fixture, "e", None)), Rule::NotInGroup);
    assert_eq!(field(post(&fixture, "nobody", None)), "senderUserId");

    ban(&fixture, true);
    fixture.later(1_000);
    assert_eq!(rule(post(&fixture, "d", Some(5))), Rule::GroupWordsBanned);
    assert_eq!(fixture.details(&id).group.used_bytes, 100);
    for runs_it in ["a", "b", "c"] {
        post(&fixture, runs_it, None).unwrap();
    }
    ban(&fixture, false);
    post(&fixture, "d", None).unwrap();
}

#[test]
fn a_dissolved_group_stays_known_and_nothing_more() {
    let mut fixture = with_members();
    let id = staffed_group(&fixture);
    fixture.later(DAY_MS);
    let this = id.clone();
    fixture.write(move |tx, env, corp| group::dissolve(tx, env, corp, &this)).unwrap();
    let after = fixture.details(&id);
    assert_eq!(after.group.state(), GroupState::Dissolved);
    assert_eq!(after.group.dissolved_at, Some(fixture.env.now()));
    assert_eq!((after.group.member_count, after.group.administrator_count), (0, 0));
    assert_eq!(fixture.owner(&id), "a");
    let who = MemberSelection { users: userids(&["e"]), departments: Vec::new() };
    let (one, two, three) = (id.clone(), id.clone(), id.clone());
    let post = Post { sender: userid("a"), file_bytes: None };
    assert_eq!(
        [
            rule(fixture.write(move |tx, env, corp| group::add_members(tx, env, corp, &one, &who))),
            rule(fixture.write(move |tx, env, corp| group::post(tx, env, corp, &two, &post))),
            rule(fixture.write(move |tx, env, corp| group::dissolve(tx, env, corp, &three))),
        ],
        [Rule::GroupDissolved; 3]
    );
    fixture.write(|tx, env, corp| user::delete(tx, env, corp, &userid("a"))).unwrap();
    assert_eq!(fixture.owner(&id), "");
}

#[test]
fn each_day_has_the_size_that_the_group_had_at_its_end() {
    let mut fixture = with_members();
    let id = staffed_group(&fixture);
    remove(&fixture, &id, &["d"]);
    fixture.later(2 * DAY_MS);
    remove(&fixture, &id, &["c", "b"]);
    fixture.later(DAY_MS);
    let this = id.clone();
    fixture.write(move |tx, env, corp| group::dissolve(tx, env, corp, &this)).unwrap();
    // START is 9 October 2025, 16:53 in Shanghai.
    let begins = crate::group::fixture::START_OF_DAY;
    let sizes: Vec<Option<i64>> = (-1..6)
        .map(|days: i64| {
            let from = begins.plus_ms(days * DAY_MS);
            let day = GroupDayFilter {
                day: Day(20_251_009).plus(i32::try_from(days).unwrap()),
                begins: from,
                ends: from.plus_ms(DAY_MS),
                kind: None,
            };
            let found = fixture.read(|tx, corp| tx.groups_on(corp, &day, 0, 10));
            let counted = fixture.read(|tx, corp| {
                let state = tx.state().corp(corp)?;
                let gone = state.groups_until(day.day.plus(-1), None).dissolved;
                Ok(state.groups_until(day.day, None).created - gone)
            });
            assert_eq!(counted, found.len() as i64);
            found.first().map(|group| group.members)
        })
        .collect();
    assert_eq!(sizes, [None, Some(3), Some(3), Some(1), Some(1), None, None]);
}

#[test]
fn who_leaves_is_known_before() {
    let fixture = with_members();
    let id = staffed_group(&fixture);
    let leaving = |users: &[&str]| {
        let users = userids(users);
        fixture.read(|tx, corp| group::leaving(tx, corp, &id, &users))
    };
    let names = |people: &[(carillon_model::id::UserId, String)]| {
        people.iter().map(|(userid, _)| userid.to_string()).collect::<Vec<_>>()
    };
    let successor = |found: &group::Leaving| found.successor.clone().map(|(userid, _)| userid.to_string());
    // Who is not in the group does not leave it, and the owner stays.
    let found = leaving(&["d", "e", "d"]);
    assert_eq!((names(&found.members), found.left, found.owner_leaves), (vec!["d".to_owned()], 3, false));
    assert_eq!(successor(&found).as_deref(), Some("a"));
    // The owner and an administrator leave: the next administrator owns it then, as it happens when they are removed.
    let found = leaving(&["a", "b"]);
    assert_eq!((found.owner_leaves, successor(&found).as_deref()), (true, Some("c")));
    let all = leaving(&["a", "b", "c", "d"]);
    assert_eq!((all.left, all.owner_leaves, successor(&all)), (0, true, None));
    remove(&fixture, &id, &["a", "b"]);
    assert_eq!(fixture.owner(&id), "c");
    let page = |after, limit| fixture.read(|tx, corp| group::member_page(tx, corp, &id, after, limit));
    let first = page(None, 1);
    assert_eq!((first.userids.as_slice(), first.total), (userids(&["c"]).as_slice(), 2));
    let last = page(first.next, 1);
    assert_eq!((last.userids.as_slice(), last.next), (userids(&["d"]).as_slice(), None));
    assert_eq!(page(first.next, 0).next, None, "no page without members");
}
