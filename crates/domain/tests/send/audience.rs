use carillon_model::{
    error::{Error, Rule},
    id::{DeptId, RoleId, UserId},
    message::Receivers,
};

use crate::company::{Company, broken, numbers, to_all, to_departments, to_roles, to_users};

const ROOT: DeptId = DeptId::ROOT;

#[test]
fn a_department_means_everybody_below_it() {
    let company = Company::new();
    let (east, west) = (company.department(ROOT), company.department(ROOT));
    let deep = company.department(company.department(east));
    let (top, a, b, c) =
        (company.member(ROOT), company.member(east), company.member(deep), company.member(west));
    assert_eq!(company.reached("一", to_departments(&[east])), numbers([&a, &b]));
    assert_eq!(company.reached("二", to_departments(&[deep])), numbers([&b]));
    assert_eq!(company.reached("三", to_departments(&[deep, west])), numbers([&b, &c]));
    assert_eq!(company.reached("四", to_departments(&[ROOT])), numbers([&top, &a, &b, &c]));
    assert_eq!(company.reached("五", to_all()), numbers([&top, &a, &b, &c]));
}

#[test]
fn everybody_named_in_any_way_receives_it_once() {
    let company = Company::new();
    let (east, west) = (company.department(ROOT), company.department(ROOT));
    let (a, b) = (company.member(east), company.member(west));
    let (c, d) = (company.member(ROOT), company.member(ROOT));
    company.place(&a, &[east, west]);
    let role = company.role(&[&a, &c]);
    let mixed = Receivers {
        all: false,
        users: to_users(&[&a, &b, &a]).users,
        departments: vec![east, west, east],
        roles: vec![role, role],
    };
    assert_eq!(company.reached("一", mixed.clone()), numbers([&a, &b, &c]));
    assert_eq!(company.reached("二", to_roles(&[role])), numbers([&a, &c]));
    let users_and_roles = Receivers { roles: vec![role], ..to_users(&[&d]) };
    assert_eq!(company.reached("三", users_and_roles), numbers([&a, &c, &d]));
    assert_eq!(company.reached("四", Receivers { all: true, ..mixed }), numbers([&a, &b, &c, &d]));
    for (member, sends) in [(&a, 4), (&b, 2), (&c, 4), (&d, 2)] {
        assert_eq!(company.inbox(member).len(), sends, "{}", member.userid);
    }
}

#[test]
fn who_is_reached_is_decided_at_the_moment_of_the_send() {
    let company = Company::new();
    let (east, west) = (company.department(ROOT), company.department(ROOT));
    let (stays, moves, leaves) = (company.member(east), company.member(east), company.member(east));
    let role = company.role(&[&stays, &moves, &leaves]);
    let before = company.tell("一", to_departments(&[east])).unwrap();
    company.place(&moves, &[west]);
    company.take_role(role, &stays);
    company.remove(&leaves);
    let joins = company.member(east);
    assert_eq!(company.audience(&before), numbers([&stays, &moves, &leaves]), "what was sent stays sent");
    assert_eq!(company.inbox(&moves), [company.seq(&before)]);
    assert!(company.inbox(&joins).is_empty());

    assert_eq!(company.reached("二", to_departments(&[east])), numbers([&stays, &joins]));
    assert_eq!(company.reached("三", to_departments(&[west])), numbers([&moves]));
    assert_eq!(company.reached("四", to_roles(&[role])), numbers([&moves]));
    assert_eq!(company.reached("五", to_all()), numbers([&stays, &moves, &joins]));
    let reason = broken(company.tell("六", to_users(&[&stays, &leaves])), Rule::ReceiverUsersInvalid);
    assert_eq!(reason, leaves.userid.as_str());
}

#[test]
fn nobody_is_no_audience() {
    let company = Company::new();
    let empty = company.department(ROOT);
    let below = company.department(empty);
    broken(company.tell("一", Receivers::default()), Rule::NoReceivers);
    broken(company.tell("一", to_all()), Rule::NoReceivers);
    let member = company.member(below);
    let role = company.role(&[]);
    broken(company.tell("一", to_roles(&[role])), Rule::NoReceivers);
    assert_eq!(company.reached("一", to_departments(&[empty])), numbers([&member]));
    company.remove(&member);
    for receivers in [to_departments(&[empty]), to_departments(&[empty, below]), to_all(), to_roles(&[role])]
    {
        broken(company.tell("二", receivers), Rule::NoReceivers);
    }
    assert_eq!(company.count(), 1, "a refused send leaves nothing behind");
}

#[test]
fn what_does_not_exist_is_named() {
    let mut company = Company::new();
    let (department, member) = (company.department(ROOT), company.member(ROOT));
    let role = company.role(&[&member]);
    let mut unknown = to_users(&[&member]);
    unknown.users.push(UserId::from("nobody"));
    assert_eq!(broken(company.tell("一", unknown.clone()), Rule::ReceiverUsersInvalid), "nobody");
    broken(company.tell("一", Receivers { all: true, ..unknown }), Rule::ReceiverUsersInvalid);
    let field = |result| match result {
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(company.tell("一", to_departments(&[ROOT, DeptId(4711)]))), "dep_id_list[1]");
    assert_eq!(field(company.tell("一", to_roles(&[role, RoleId(4711)]))), "roleIds[1]");
    assert_eq!(company.count(), 0);

    // The other organisation has other members, departments and roles.
    company.corp = company.other_corp();
    company.account = company.add_account("新闻").unwrap();
    broken(company.tell("一", to_users(&[&member])), Rule::ReceiverUsersInvalid);
    assert_eq!(field(company.tell("一", to_departments(&[department]))), "dep_id_list[0]");
    assert_eq!(field(company.tell("一", to_roles(&[role]))), "roleIds[0]");
    let own = company.member(ROOT);
    assert_eq!(company.reached("一", to_all()), numbers([&own]));
}

#[test]
fn only_an_account_in_service_sends() {
    let mut company = Company::new();
    company.member(ROOT);
    let account = company.account.clone();
    company.account = "nobody".into();
    broken(company.tell("一", to_all()), Rule::UnknownAccount);
    company.account = account.clone();
    company.tell("一", to_all()).unwrap();
    company.disable(&account);
    broken(company.tell("二", to_all()), Rule::AccountDisabled);
    assert_eq!(company.count(), 1);
}
