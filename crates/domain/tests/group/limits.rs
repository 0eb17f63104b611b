use carillon_domain::group::{self, MAX_ADMINISTRATORS, MAX_MEMBERS, MemberSelection};
use carillon_model::{
    audience::Audience,
    contact::{Member, Membership, Profile},
    error::{Error, Rule},
    group::GroupKind,
    id::{ConversationId, DeptId, MemberNo, UserId},
};
use carillon_store::GROUP_INDEXED_AT_MOST;

use testkit::store::StoreFixture;

use crate::group::fixture::{Groups, new_group, userid};

/// A fixture with members `u1`, `u2` and so on.
fn fixture_with(count: u32) -> StoreFixture {
    let fixture = StoreFixture::new();
    fixture
        .write(move |tx, env, corp| {
            let first = u32::try_from(tx.next_numbers(corp, "member", count.into())?).unwrap();
            let members: Vec<_> = (first..first + count)
                .map(|no| {
                    let member = Member {
                        no: MemberNo(no),
                        userid: UserId::from(format!("u{no}")),
                        unionid: format!("{no}iE"),
                        profile: Profile { exclusive_account: true, ..Profile::default() },
                        departments: vec![Membership::ordinary(DeptId::ROOT)],
                        active: false,
                        admin: None,
                        created_at: env.now(),
                        modified_at: env.now(),
                    };
                    (member, String::new())
                })
                .collect();
            tx.insert_members(corp, &members)
        })
        .unwrap();
    fixture
}

fn numbered(numbers: std::ops::RangeInclusive<u64>) -> MemberSelection {
    let users = numbers.map(|number| UserId::from(format!("u{number}"))).collect();
    MemberSelection { users, departments: Vec::new() }
}

fn resize(
    fixture: &StoreFixture,
    id: &ConversationId,
    add: bool,
    who: MemberSelection,
) -> Result<i64, Error> {
    let id = id.clone();
    fixture.write(move |tx, env, corp| {
        let change = if add { group::add_members } else { group::remove_members };
        change(tx, env, corp, &id, &who).map(|group| group.member_count)
    })
}

#[test]
fn a_group_grows_past_the_index_and_back() {
    let fixture = fixture_with(300);
    let id = fixture.make(new_group(GroupKind::Other, "u1")).unwrap().id;
    let most = GROUP_INDEXED_AT_MOST;
    for (add, numbers, expected) in [
        (true, 2..=most, most),
        (true, most + 1..=most + 1, most + 1),
        (true, most + 2..=300, 300),
        (false, most + 2..=300, most + 1),
        (false, 10..=10, most),
        (false, 20..=20, most - 1),
        (true, 10..=10, most),
        (true, 20..=20, most + 1),
        (false, 1..=most, 1),
    ] {
        let count = resize(&fixture, &id, add, numbered(numbers)).unwrap();
        assert_eq!(count, i64::try_from(expected).unwrap());
        let group = fixture.details(&id).group;
        assert_eq!(group.member_count, count);
        let members = fixture.read(|tx, corp| tx.group_members(corp, group.no));
        assert_eq!(members.len(), expected);
        for member in [1, 10, 20, 257] {
            let groups = fixture.read(|tx, corp| tx.groups_of(corp, MemberNo(member)));
            assert_eq!(groups.contains(&group.no), members.contains(MemberNo(member)), "{member} of {count}");
        }
    }
    assert_eq!(fixture.members(&id), ["u257"]);
}

#[test]
fn no_group_has_more_members_than_it_may_but_for_those_that_follow() {
    let most = u32::try_from(MAX_MEMBERS).unwrap();
    let fixture = fixture_with(most + 1);
    let everyone = MemberSelection { users: Vec::new(), departments: vec![DeptId::ROOT] };
    let too_many = |outcome: Result<i64, Error>| match outcome.unwrap_err() {
        Error::RuleBecause(rule, reason) => {
            assert_eq!((rule, reason.as_ref()), (Rule::TooManyGroupMembers, "10001 members, at most 10000"))
        }
        error => panic!("{error}"),
    };
    let new = group::NewGroup { members: everyone.clone(), ..new_group(GroupKind::Other, "u1") };
    too_many(fixture.make(new).map(|group| group.member_count));
    let new = group::NewGroup { members: numbered(1..=MAX_MEMBERS), ..new_group(GroupKind::Other, "u1") };
    let group = fixture.make(new).unwrap();
    assert_eq!(group.member_count, i64::from(most));
    too_many(resize(&fixture, &group.id, true, everyone));
    assert_eq!(fixture.details(&group.id).group, group);

    let all = fixture.make(new_group(GroupKind::AllStaff, "u1")).unwrap();
    assert_eq!(all.member_count, i64::from(most) + 1);
    let members = fixture.read(|tx, corp| tx.group_members(corp, all.no));
    assert_eq!(members, (1..=most + 1).map(MemberNo).collect::<Audience>());
}

#[test]
fn no_group_has_more_administrators_than_it_may() {
    let fixture = fixture_with(30);
    let first = |count: usize| (2..2 + count).map(|no| UserId::from(format!("u{no}"))).collect::<Vec<_>>();
    let with = |count| group::NewGroup { administrators: first(count), ..new_group(GroupKind::Other, "u1") };
    let group = fixture.make(with(MAX_ADMINISTRATORS)).unwrap();
    assert_eq!(group.administrator_count, i64::try_from(MAX_ADMINISTRATORS).unwrap());
    let refused = fixture.make(with(MAX_ADMINISTRATORS + 1)).unwrap_err();
    assert_eq!(refused, Error::invalid("administratorUserIds", "must have at most 20 items"));
    // The owner does not count, even if named.
    let mut administrators = first(MAX_ADMINISTRATORS);
    administrators.push(userid("u1"));
    let id = group.id.clone();
    let change = group::GroupChange { administrators: Some(administrators), ..Default::default() };
    fixture.write(move |tx, env, corp| group::update(tx, env, corp, &id, change)).unwrap();
    assert_eq!(fixture.details(&group.id).group, group);
}
