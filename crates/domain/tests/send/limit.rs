use carillon_domain::send::MAX_NAMED;
use carillon_model::{
    error::{Error, Rule},
    id::{DeptId, RoleId, UserId},
    message::Receivers,
    settings::SendSettings,
};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_departments, to_roles, to_users};

fn at_most(max_receivers: u64) -> SendSettings {
    SendSettings { max_receivers, ..SendSettings::default() }
}

#[test]
fn a_send_names_at_most_a_thousand_of_each_kind() {
    let fixture = SendFixture::new();
    let members = fixture.members(DeptId::ROOT, MAX_NAMED + 1);
    let members: Vec<_> = members.iter().collect();
    assert_eq!(MAX_NAMED, 1_000);
    let everybody_but_one = &members[..MAX_NAMED];
    assert_eq!(
        fixture.reached("一", to_users(everybody_but_one)),
        numbers(everybody_but_one.iter().copied())
    );
    broken(fixture.send_text("二", to_users(&members)), Rule::TooManyUsers);
    // The length of a list is checked first, and duplicates count.
    let unknown = |count| Receivers {
        users: (0..count).map(|number| UserId::from(format!("nobody{number}"))).collect(),
        ..Receivers::default()
    };
    broken(fixture.send_text("二", unknown(MAX_NAMED)), Rule::ReceiverUsersInvalid);
    broken(fixture.send_text("二", unknown(MAX_NAMED + 1)), Rule::TooManyUsers);
    broken(fixture.send_text("二", to_users(&vec![members[0]; MAX_NAMED + 1])), Rule::TooManyUsers);

    let root = |count| to_departments(&vec![DeptId::ROOT; count]);
    broken(fixture.send_text("二", root(MAX_NAMED + 1)), Rule::TooManyDepartments);
    assert_eq!(fixture.reached("三", root(MAX_NAMED)).len(), MAX_NAMED + 1);
    let departments: Vec<_> = (0..MAX_NAMED).map(|_| fixture.department(DeptId::ROOT)).collect();
    fixture.place(members[7], &[departments[MAX_NAMED - 1]]);
    assert_eq!(fixture.reached("四", to_departments(&departments)), numbers([members[7]]));

    let role = fixture.role(&members[..2]);
    assert_eq!(
        fixture.reached("五", to_roles(&vec![role; MAX_NAMED])),
        numbers(members[..2].iter().copied())
    );
    let refused = fixture.send_text("六", to_roles(&vec![RoleId(4711); MAX_NAMED + 1]));
    assert!(matches!(&refused, Err(Error::Invalid { field, .. }) if field == "roleIds"), "{refused:?}");
    assert_eq!(fixture.count(), 4);
}

#[test]
fn a_send_by_set_above_the_limit_is_refused_whole() {
    let mut fixture = SendFixture::with(at_most(3));
    let (east, west) = (fixture.department(DeptId::ROOT), fixture.department(DeptId::ROOT));
    let (east_members, west_member) = (fixture.members(east, 3), fixture.member(west));
    let (first, last) = (&east_members[0], &west_member);
    assert_eq!(fixture.reached("一", to_departments(&[east])), numbers(&east_members));
    let state = fixture.state();
    let one_more = Receivers { departments: vec![east], ..to_users(&[last]) };
    for receivers in [to_all(), to_departments(&[DeptId::ROOT]), to_departments(&[east, west]), one_more] {
        let reason = broken(fixture.send_text("二", receivers), Rule::TooManyReceivers);
        assert_eq!(reason, "4 receivers, at most 3");
    }
    assert_eq!(fixture.count(), 1);
    assert!(fixture.inbox(last).is_empty());
    assert!(fixture.state() == state && fixture.reopen() == state, "nothing was written");

    // The limit does not apply to members named one by one, or by role.
    let named: Vec<_> = east_members.iter().chain([last]).collect();
    let four = numbers(named.iter().copied());
    assert_eq!(fixture.reached("二", to_users(&named)), four);
    assert_eq!(fixture.reached("三", to_roles(&[fixture.role(&named)])), four);
    fixture.remove(first);
    assert_eq!(fixture.reached("四", to_all()).len(), 3);
    fixture.member(west);
    fixture.limit(at_most(4));
    assert_eq!(fixture.reached("五", to_all()).len(), 4);
}

#[test]
fn the_limit_counts_members_who_already_have_the_content() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(DeptId::ROOT, 3);
    fixture.send_text("一", to_users(&[&members[0], &members[1]])).unwrap();
    fixture.limit(at_most(2));
    broken(fixture.send_text("一", to_all()), Rule::TooManyReceivers);
}

#[test]
fn zero_disables_the_limit() {
    let fixture = SendFixture::with(at_most(0));
    let members = fixture.members(DeptId::ROOT, 2);
    assert_eq!(fixture.reached("一", to_all()), numbers(&members));
}
