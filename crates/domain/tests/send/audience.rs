use carillon_model::{
    error::{Error, Rule},
    id::{DeptId, RoleId, UserId},
    message::Receivers,
};

use crate::send::fixture::{SendFixture, broken, numbers, to_all, to_departments, to_roles, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[test]
fn a_department_means_everybody_below_it() {
    let fixture = SendFixture::new();
    let (east, west) = (fixture.department(ROOT), fixture.department(ROOT));
    let deep = fixture.department(fixture.department(east));
    let (top, a, b, c) =
        (fixture.member(ROOT), fixture.member(east), fixture.member(deep), fixture.member(west));
    assert_eq!(fixture.reached("一", to_departments(&[east])), numbers([&a, &b]));
    assert_eq!(fixture.reached("二", to_departments(&[deep])), numbers([&b]));
    assert_eq!(fixture.reached("三", to_departments(&[deep, west])), numbers([&b, &c]));
    assert_eq!(fixture.reached("四", to_departments(&[ROOT])), numbers([&top, &a, &b, &c]));
    assert_eq!(fixture.reached("五", to_all()), numbers([&top, &a, &b, &c]));
}

#[test]
fn everybody_named_in_any_way_receives_it_once() {
    let fixture = SendFixture::new();
    let (east, west) = (fixture.department(ROOT), fixture.department(ROOT));
    let (a, b) = (fixture.member(east), fixture.member(west));
    let (c, d) = (fixture.member(ROOT), fixture.member(ROOT));
    fixture.place(&a, &[east, west]);
    let role = fixture.role(&[&a, &c]);
    let mixed = Receivers {
        all: false,
        users: to_users(&[&a, &b, &a]).users,
        departments: vec![east, west, east],
        roles: vec![role, role],
    };
    assert_eq!(fixture.reached("一", mixed.clone()), numbers([&a, &b, &c]));
    assert_eq!(fixture.reached("二", to_roles(&[role])), numbers([&a, &c]));
    let users_and_roles = Receivers { roles: vec![role], ..to_users(&[&d]) };
    assert_eq!(fixture.reached("三", users_and_roles), numbers([&a, &c, &d]));
    assert_eq!(fixture.reached("四", Receivers { all: true, ..mixed }), numbers([&a, &b, &c, &d]));
    for (member, sends) in [(&a, 4), (&b, 2), (&c, 4), (&d, 2)] {
        assert_eq!(fixture.inbox(member).len(), sends, "{}", member.userid);
    }
}

#[test]
fn the_audience_is_determined_when_the_send_is_due() {
    let fixture = SendFixture::new();
    let (east, west) = (fixture.department(ROOT), fixture.department(ROOT));
    let (stays, moves, leaves) = (fixture.member(east), fixture.member(east), fixture.member(east));
    let role = fixture.role(&[&stays, &moves, &leaves]);
    let before = fixture.send_text("一", to_departments(&[east])).unwrap();
    fixture.place(&moves, &[west]);
    fixture.revoke_role(role, &stays);
    fixture.remove(&leaves);
    let joins = fixture.member(east);
    assert_eq!(fixture.audience(&before), numbers([&stays, &moves, &leaves]), "what was sent stays sent");
    assert_eq!(fixture.inbox(&moves), [fixture.seq(&before)]);
    assert!(fixture.inbox(&joins).is_empty());

    assert_eq!(fixture.reached("二", to_departments(&[east])), numbers([&stays, &joins]));
    assert_eq!(fixture.reached("三", to_departments(&[west])), numbers([&moves]));
    assert_eq!(fixture.reached("四", to_roles(&[role])), numbers([&moves]));
    assert_eq!(fixture.reached("五", to_all()), numbers([&stays, &moves, &joins]));
    let reason = broken(fixture.send_text("六", to_users(&[&stays, &leaves])), Rule::ReceiverUsersInvalid);
    assert_eq!(reason, leaves.userid.as_str());
}

#[test]
fn an_empty_selection_is_refused() {
    let fixture = SendFixture::new();
    let empty = fixture.department(ROOT);
    let below = fixture.department(empty);
    broken(fixture.send_text("一", Receivers::default()), Rule::NoReceivers);
    broken(fixture.send_text("一", to_all()), Rule::NoReceivers);
    let member = fixture.member(below);
    let role = fixture.role(&[]);
    broken(fixture.send_text("一", to_roles(&[role])), Rule::NoReceivers);
    assert_eq!(fixture.reached("一", to_departments(&[empty])), numbers([&member]));
    fixture.remove(&member);
    for receivers in [to_departments(&[empty]), to_departments(&[empty, below]), to_all(), to_roles(&[role])]
    {
        broken(fixture.send_text("二", receivers), Rule::NoReceivers);
    }
    assert_eq!(fixture.count(), 1, "a refused send leaves nothing behind");
}

#[test]
fn unknown_receivers_are_named_in_the_error() {
    let mut fixture = SendFixture::new();
    let (department, member) = (fixture.department(ROOT), fixture.member(ROOT));
    let role = fixture.role(&[&member]);
    let mut unknown = to_users(&[&member]);
    unknown.users.push(UserId::from("nobody"));
    assert_eq!(broken(fixture.send_text("一", unknown.clone()), Rule::ReceiverUsersInvalid), "nobody");
    broken(fixture.send_text("一", Receivers { all: true, ..unknown }), Rule::ReceiverUsersInvalid);
    let field = |result| match result {
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(fixture.send_text("一", to_departments(&[ROOT, DeptId(4711)]))), "dep_id_list[1]");
    assert_eq!(field(fixture.send_text("一", to_roles(&[role, RoleId(4711)]))), "roleIds[1]");
    assert_eq!(fixture.count(), 0);

    // The other organisation has other members, departments and roles.
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    broken(fixture.send_text("一", to_users(&[&member])), Rule::ReceiverUsersInvalid);
    assert_eq!(field(fixture.send_text("一", to_departments(&[department]))), "dep_id_list[0]");
    assert_eq!(field(fixture.send_text("一", to_roles(&[role]))), "roleIds[0]");
    let own = fixture.member(ROOT);
    assert_eq!(fixture.reached("一", to_all()), numbers([&own]));
}

#[test]
fn only_an_account_in_service_sends() {
    let mut fixture = SendFixture::new();
    fixture.member(ROOT);
    let account = fixture.account.clone();
    fixture.account = "nobody".into();
    broken(fixture.send_text("一", to_all()), Rule::UnknownAccount);
    fixture.account = account.clone();
    fixture.send_text("一", to_all()).unwrap();
    fixture.disable(&account);
    broken(fixture.send_text("二", to_all()), Rule::AccountDisabled);
    assert_eq!(fixture.count(), 1);
}
