//! Groups that are known from facts.

use carillon_domain::{
    group,
    page::Page,
    session,
    stats::{
        fact::{self, FactSource, Ingested},
        sign_ins,
    },
};
use carillon_model::{
    error::{Error, Rule},
    fact::*,
    group::{Group, GroupKind, GroupOrigin, GroupState},
    id::{ConversationId, DeptId},
    time::{DAY_MS, HOUR_MS},
};
use testkit::store::{START, StoreFixture};

use crate::group::fixture::{Groups, new_group, userid, userids, with_members};

/// A fact of a member, a number of hours ago.
fn new_fact(id: &str, member: &str, hours_ago: i64, fact: impl Into<Fact>) -> NewFact {
    NewFact {
        id: id.to_owned(),
        at: START.plus_ms(-hours_ago * HOUR_MS),
        member: (!member.is_empty()).then(|| userid(member)),
        fact: fact.into(),
    }
}

fn ingest(fixture: &StoreFixture, facts: Vec<NewFact>) -> Ingested {
    fixture
        .write(move |tx, env, corp| fact::ingest(tx, env, corp, &facts, FactSource::Sent))
        .unwrap()
        .unwrap()
}

fn message(group: &str) -> GroupMessage {
    GroupMessage { open_conversation_id: group.to_owned(), count: 1 }
}

fn created(group: &str, group_type: GroupType) -> GroupCreated {
    GroupCreated { open_conversation_id: group.to_owned(), group_type }
}

fn dissolved(group: &str) -> GroupDissolved {
    GroupDissolved { open_conversation_id: group.to_owned(), group_type: GroupType::Internal }
}

fn named(group: &str, name: &str) -> GroupNamed {
    GroupNamed { open_conversation_id: group.to_owned(), group_name: name.to_owned() }
}

fn opened(group: &str) -> GroupOpened {
    GroupOpened { open_conversation_id: group.to_owned() }
}

/// Member, hours ago, and a fact of a group.
type GroupFact = (&'static str, i64, fn(&str) -> Fact);

/// All permutations of some items.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    for (index, first) in items.iter().enumerate() {
        let rest: Vec<T> = items
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index)
            .map(|(_, one)| one.clone())
            .collect();
        found.extend(permutations(&rest).into_iter().map(|mut order| {
            order.insert(0, first.clone());
            order
        }));
    }
    found
}

/// The state of a group without its number and id.
fn state_of(fixture: &StoreFixture, id: &str) -> (Group, Vec<String>, Vec<i64>) {
    let id = ConversationId::from(id);
    let group = fixture.details(&id).group;
    let sizes = fixture.read(|tx, corp| {
        let today = tx.state().corp(corp)?.day_of(START)?;
        (-9..=0).map(|days| tx.group_size_on(corp, group.no, today.plus(days))).collect()
    });
    let no = carillon_model::id::GroupNo(0);
    (Group { no, id: ConversationId::from(""), ..group }, fixture.members(&id), sizes)
}

#[test]
fn the_order_in_which_facts_arrive_does_not_matter() {
    let fixture = with_members();
    let facts: [GroupFact; 5] = [
        ("a", 30, |group| created(group, GroupType::Department).into()),
        ("b", 60, |group| message(group).into()),
        ("c", 100, |group| opened(group).into()),
        ("d", 5, |group| named(group, "新名").into()),
        ("", 7, |group| named(group, "旧名").into()),
    ];
    let mut first = None;
    for (number, order) in permutations(&facts).into_iter().enumerate() {
        let group = format!("cid{number}");
        let new = order.iter().enumerate().map(|(index, (member, hours_ago, fact))| {
            new_fact(&format!("{number}-{index}"), member, *hours_ago, fact(&group))
        });
        // Some facts arrive in one batch.
        let mut new: Vec<NewFact> = new.collect();
        let rest = new.split_off(number % 5);
        for part in [new, rest] {
            ingest(&fixture, part);
        }
        let found = state_of(&fixture, &group);
        let expected = first.get_or_insert_with(|| found.clone());
        assert_eq!(&found, expected, "{number}");
    }
    let (group, members, sizes) = first.unwrap();
    assert_eq!((group.title.as_str(), group.kind), ("新名", GroupKind::Department));
    assert_eq!(group.origin, GroupOrigin::Fact);
    assert_eq!(group.created_at, START.plus_ms(-100 * HOUR_MS), "the first moment of which a fact names it");
    assert_eq!(group.active_at, START.plus_ms(-60 * HOUR_MS));
    assert_eq!(
        (members, group.owner),
        (vec!["a", "b", "c", "d"].into_iter().map(str::to_owned).collect(), Some(group.creator))
    );
    assert_eq!(sizes, [0, 0, 0, 0, 0, 4, 4, 4, 4, 4]);
    let all = fixture.read(|tx, corp| {
        let state = tx.state().corp(corp)?;
        let today = state.day_of(START)?;
        Ok([-5, -4, 0].map(|days| {
            let count = state.groups_until(today.plus(days), Some(GroupKind::Department));
            (count.left(), state.groups_on(today.plus(days), None).created)
        }))
    });
    assert_eq!(all, [(0, 0), (120, 120), (120, 0)]);
}

#[test]
fn a_dissolved_group_ends_with_the_last_fact_about_it() {
    let fixture = with_members();
    let facts: [GroupFact; 3] = [
        ("a", 50, |group| message(group).into()),
        ("", 40, |group| dissolved(group).into()),
        ("a", 20, |group| opened(group).into()),
    ];
    for (number, order) in permutations(&facts).into_iter().enumerate() {
        let group = format!("cid{number}");
        for (index, (member, hours_ago, fact)) in order.iter().enumerate() {
            ingest(&fixture, vec![new_fact(&format!("{number}-{index}"), member, *hours_ago, fact(&group))]);
        }
        let (found, members, _) = state_of(&fixture, &group);
        assert_eq!(found.state(), GroupState::Dissolved);
        assert_eq!((found.dissolved_at, members.len()), (Some(START.plus_ms(-20 * HOUR_MS)), 0));
        let refused = fixture.write(move |tx, env, corp| {
            group::dissolve(tx, env, corp, &ConversationId::from(group.as_str()))
        });
        assert_eq!(refused, Err(Error::Rule(Rule::GroupDissolved)));
    }
}

#[test]
fn facts_and_operations_are_of_the_same_groups() {
    let mut fixture = with_members();
    let made = fixture.make(new_group(GroupKind::AllStaff, "a")).unwrap();
    let id = made.id.to_string();
    // A history that is imported later.
    ingest(&fixture, vec![new_fact("1", "e", 30, message(&id)), new_fact("2", "b", 1, named(&id, "别名"))]);
    let group = fixture.details(&made.id).group;
    assert_eq!(group.created_at, START.plus_ms(-30 * HOUR_MS));
    assert_eq!((group.title.as_str(), group.active_at), ("群", START), "it was made, and keeps its name");
    assert_eq!(fixture.members(&made.id).len(), 5);

    // A group of all staff that is known from facts alone follows nobody.
    ingest(&fixture, vec![new_fact("3", "a", 3, created("cidTold", GroupType::AllStaff))]);
    fixture.add_member("f", &[DeptId::ROOT]).unwrap();
    assert_eq!(fixture.members(&made.id).len(), 6);
    let reported_group = ConversationId::from("cidTold");
    assert_eq!(fixture.members(&reported_group), ["a"]);
    ingest(&fixture, vec![new_fact("4", "b", 2, message("cidTold")), new_fact("5", "a", 1, dissolved(&id))]);
    assert_eq!(fixture.members(&reported_group), ["a", "b"]);
    assert_eq!(fixture.details(&made.id).group.state(), GroupState::Dissolved);
    assert!(fixture.members(&made.id).is_empty());

    // Operations can change the group, and a member who leaves the organisation leaves it.
    let change =
        group::GroupChange { title: Some("改".to_owned()), owner: Some(userid("b")), ..Default::default() };
    let this = reported_group.clone();
    fixture.later(DAY_MS);
    fixture.write(move |tx, env, corp| group::update(tx, env, corp, &this, change)).unwrap();
    ingest(&fixture, vec![new_fact("6", "c", 0, named("cidTold", "更早的名字"))]);
    assert_eq!(fixture.details(&reported_group).group.title, "改");
    fixture
        .write(|tx, env, corp| carillon_domain::contact::user::delete(tx, env, corp, &userid("b")))
        .unwrap();
    assert_eq!(
        (fixture.members(&reported_group), fixture.owner(&reported_group)),
        (vec!["a".to_owned(), "c".to_owned()], "a".to_owned())
    );
}

#[test]
fn a_fact_that_is_known_changes_no_group_and_activates_nobody() {
    let fixture = with_members();
    ingest(&fixture, vec![new_fact("1", "a", 2, message("cid1"))]);
    let login = Login { client: Client::Ios, app_version: "8".to_owned() };
    let again =
        ingest(&fixture, vec![new_fact("1", "b", 1, message("cid2")), new_fact("1", "b", 1, login.clone())]);
    assert_eq!(again, Ingested { added: 0, known: 2 });
    let activated = || fixture.read(|tx, corp| Ok(tx.state().corp(corp)?.activated.len()));
    assert_eq!(activated(), 0);
    assert!(fixture.read(|tx, corp| tx.group(corp, &ConversationId::from("cid2"))).is_none());
    ingest(&fixture, vec![new_fact("2", "b", 1, login)]);
    assert_eq!(activated(), 1);
}

#[test]
fn two_organisations_may_name_their_groups_alike() {
    let fixture = with_members();
    ingest(&fixture, vec![new_fact("1", "a", 2, message("cid1"))]);
    let other = fixture
        .write_registry(|tx, env| carillon_domain::corp::create(tx, env, "另一个", "Asia/Shanghai", false))
        .unwrap()
        .id;
    let id = ConversationId::from("cid1");
    let found = fixture.store().read_blocking(&other, |tx| group::find(tx, &other, &id));
    assert_eq!(found, Err(Error::Rule(Rule::GroupOfAnotherCorp)));
    let (env, of) = (fixture.env.clone(), other.clone());
    let signature = carillon_model::audit::Signature::server(&env, "test");
    let facts = vec![new_fact("1", "", 1, dissolved("cid1"))];
    let done = fixture
        .store()
        .write_blocking(&other, signature, move |tx| fact::ingest(tx, &env, &of, &facts, FactSource::Sent));
    assert_eq!(done.unwrap().unwrap().added, 1);
    let found = fixture.store().read_blocking(&other, |tx| group::find(tx, &other, &id)).unwrap();
    assert_eq!((found.state(), found.owner), (GroupState::Dissolved, None));
    assert_eq!(fixture.details(&id).group.state(), GroupState::Normal);
}

#[test]
fn facts_of_former_members_count_on_their_day() {
    let mut fixture = with_members();
    fixture
        .write(|tx, env, corp| {
            let member = carillon_domain::contact::user::get(tx, corp, &userid("b"))?.no;
            session::begin(tx, env, corp, member, Client::Web)
        })
        .unwrap();
    fixture.later(DAY_MS);
    fixture
        .write(|tx, env, corp| carillon_domain::contact::user::delete(tx, env, corp, &userid("b")))
        .unwrap();
    let env = fixture.env.clone();
    let list = |wanted| {
        fixture.read(|tx, corp| {
            let day = tx.state().corp(corp)?.day_of(START)?;
            sign_ins::userids(tx, &env, corp, day, wanted, None, (0, 10))
        })
    };
    assert_eq!(list(sign_ins::ActivityFilter::Active), (userids(&["b"]), 1));
    assert_eq!(list(sign_ins::ActivityFilter::Inactive), (userids(&["a", "c", "d", "e"]), 4));
    let page = Page { start: 1, size: 10 };
    let other = fixture.read(|tx, corp| {
        let day = tx.state().corp(corp)?.day_of(START)?;
        sign_ins::inactive(tx, corp, day, &[], page)
    });
    assert_eq!(other.total, 4);
}
