use std::collections::BTreeSet;

use carillon_domain::{
    contact::{admin, department, role, user},
    session,
};
use carillon_model::{
    contact::{AdminLevel, Department, DepartmentProfile, ManageScope, Member, Membership},
    env::{Env, FixedClock},
    fact::Client,
    id::{CorpId, DeptId, RoleGroupId, RoleId, UserId},
    time::DAY_MS,
};
use carillon_store::Tx;
use proptest::{collection::vec, prelude::*};

use testkit::store::StoreFixture;

/// A change of the organisation. Small numbers make steps collide. A refused step changes nothing.
#[derive(Clone, Debug)]
enum Step {
    AddDepartment { parent: i64, order: i64, permit: u8 },
    AddMember { member: u8, departments: BTreeSet<i64> },
    Move { member: u8, departments: BTreeSet<i64> },
    Delete { member: u8 },
    AddRole,
    Give { role: i64, member: u8 },
    Take { role: i64, member: u8 },
    MoveDepartment { dept: i64, parent: i64, order: i64, leader: u8 },
    DeleteDepartment { dept: i64 },
    RenameRole { role: i64 },
    DeleteRole { role: i64 },
    Scope { role: i64, member: u8, departments: BTreeSet<i64> },
    SignIn { member: u8, day: i64 },
    Fold,
    Appoint { member: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let departments = || proptest::collection::btree_set(1..6_i64, 0..4);
    let member = 0..6_u8;
    prop_oneof![
        (1..5_i64, -1..2_i64, member.clone()).prop_map(|(parent, order, permit)| Step::AddDepartment {
            parent,
            order,
            permit
        }),
        (member.clone(), departments())
            .prop_map(|(member, departments)| Step::AddMember { member, departments }),
        (member.clone(), departments()).prop_map(|(member, departments)| Step::Move { member, departments }),
        member.clone().prop_map(|member| Step::Delete { member }),
        Just(Step::AddRole),
        (1..4_i64, member.clone()).prop_map(|(role, member)| Step::Give { role, member }),
        (1..4_i64, member.clone()).prop_map(|(role, member)| Step::Take { role, member }),
        (1..6_i64, 1..6_i64, -1..2_i64, member.clone())
            .prop_map(|(dept, parent, order, leader)| Step::MoveDepartment { dept, parent, order, leader }),
        (1..6_i64).prop_map(|dept| Step::DeleteDepartment { dept }),
        (1..4_i64).prop_map(|role| Step::RenameRole { role }),
        (1..4_i64).prop_map(|role| Step::DeleteRole { role }),
        (1..4_i64, member.clone(), departments()).prop_map(|(role, member, departments)| Step::Scope {
            role,
            member,
            departments
        }),
        (member.clone(), 0..50_i64).prop_map(|(member, day)| Step::SignIn { member, day }),
        Just(Step::Fold),
        member.prop_map(|member| Step::Appoint { member }),
    ]
}

/// Applies a step. Returns false if it was refused.
fn take(fixture: &StoreFixture, number: usize, step: Step) -> bool {
    let userid = |member: u8| UserId::from(format!("u{member}"));
    let ids = |departments: BTreeSet<i64>| departments.into_iter().map(DeptId).collect::<Vec<_>>();
    match step {
        Step::AddDepartment { parent, order, permit } => {
            let permits = vec![userid(permit)];
            let profile = DepartmentProfile {
                name: format!("部门{number}"),
                order,
                user_permits: permits.clone(),
                outer_permit_users: permits,
                dept_permits: vec![DeptId(parent)],
                ..DepartmentProfile::default()
            };
            fixture
                .write(move |tx, env, corp| department::create(tx, env, corp, DeptId(parent), profile))
                .is_ok()
        }
        Step::AddMember { member, departments } => {
            fixture.add_member(userid(member).as_str(), &ids(departments)).is_ok()
        }
        Step::Move { member, departments } => {
            let memberships = ids(departments).into_iter().map(Membership::ordinary).collect();
            let edit = move |member: &mut Member| {
                member.departments = memberships;
                Ok(())
            };
            fixture.write(move |tx, env, corp| user::update(tx, env, corp, &userid(member), edit)).is_ok()
        }
        Step::Delete { member } => {
            fixture.write(move |tx, env, corp| user::delete(tx, env, corp, &userid(member))).is_ok()
        }
        Step::AddRole => {
            let name = format!("角色{number}");
            fixture.write(move |tx, env, corp| role::add(tx, env, corp, RoleGroupId(2), &name)).is_ok()
        }
        Step::Give { role, member } => fixture
            .write(move |tx, env, corp| role::give(tx, env, corp, &[RoleId(role)], &[userid(member)]))
            .is_ok(),
        Step::Take { role, member } => fixture
            .write(move |tx, env, corp| role::take(tx, env, corp, &[RoleId(role)], &[userid(member)]))
            .is_ok(),
        Step::MoveDepartment { dept, parent, order, leader } => {
            let name = format!("部门 {number}");
            let edit = move |department: &mut Department| {
                department.parent_id = Some(DeptId(parent));
                department.profile.name = name;
                department.profile.order = order;
                department.profile.org_dept_owner = Some(userid(leader));
                department.profile.dept_permits = vec![DeptId(parent)];
            };
            let update = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
                department::update(tx, env, corp, DeptId(dept), edit, Some(&[userid(leader)]))
            };
            fixture.write(update).is_ok()
        }
        Step::DeleteDepartment { dept } => {
            fixture.write(move |tx, env, corp| department::delete(tx, env, corp, DeptId(dept))).is_ok()
        }
        Step::RenameRole { role } => {
            let name = format!("角色 {number}");
            fixture.write(move |tx, env, corp| role::rename(tx, env, corp, RoleId(role), &name)).is_ok()
        }
        Step::DeleteRole { role } => {
            fixture.write(move |tx, env, corp| role::delete(tx, env, corp, RoleId(role))).is_ok()
        }
        Step::Scope { role, member, departments } => {
            let scope = ManageScope::Departments(ids(departments));
            let set = move |tx: &mut Tx<'_>, _: &Env, corp: &CorpId| {
                role::set_scope(tx, corp, &userid(member), RoleId(role), &scope)
            };
            fixture.write(set).is_ok()
        }
        Step::SignIn { member, day } => {
            let begin = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
                let then = env.with_clock(FixedClock(env.now().plus_ms(day * DAY_MS)));
                let member = user::get(tx, corp, &userid(member))?.no;
                session::begin(tx, &then, corp, member, Client::Web)
            };
            fixture.write(begin).is_ok()
        }
        Step::Fold => {
            let fold = |tx: &mut Tx<'_>, _: &Env, corp: &CorpId| {
                let days: Vec<_> = tx.state().corp(corp)?.active_on.keys().copied().collect();
                days.into_iter().try_for_each(|day| tx.fold_active_day(corp, day, 2).map(drop))
            };
            fixture.write(fold).is_ok()
        }
        Step::Appoint { member } => {
            let grant = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
                admin::grant(tx, env, corp, &userid(member), AdminLevel::Main)
            };
            fixture.write(grant).is_ok()
        }
    }
}

fn with_group() -> StoreFixture {
    let fixture = StoreFixture::new();
    let group = fixture.write(|tx, env, corp| role::add_group(tx, env, corp, "团队")).unwrap();
    assert_eq!(group, RoleGroupId(2));
    fixture
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::env::cases(24), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_loads_the_same_snapshot(steps in vec(step(), 1..40)) {
        let mut fixture = with_group();
        for (number, step) in steps.into_iter().enumerate() {
            let before = fixture.state();
            if !take(&fixture, number, step) {
                prop_assert_eq!(&fixture.state(), &before, "what is refused changes nothing");
            }
        }
        let state = fixture.state();
        for node in state.corp(&fixture.corp).unwrap().departments.values() {
            let above = node.department.parent_id.map(|parent| state.corp(&fixture.corp).unwrap().lineage(parent));
            prop_assert!(above.is_none_or(|above| above.last() == Some(&DeptId::ROOT)));
        }
        prop_assert_eq!(fixture.reopen(), state);
    }
}

#[test]
fn each_kind_of_step_can_succeed() {
    let mut fixture = with_group();
    let all = BTreeSet::from([1, 2]);
    for (number, step) in [
        Step::AddMember { member: 1, departments: BTreeSet::from([1]) },
        Step::AddDepartment { parent: 1, order: 1, permit: 1 },
        Step::AddDepartment { parent: 1, order: -1, permit: 1 },
        Step::AddMember { member: 2, departments: all.clone() },
        Step::Move { member: 2, departments: BTreeSet::from([3]) },
        Step::AddRole,
        Step::Give { role: 1, member: 1 },
        Step::Give { role: 1, member: 2 },
        Step::Take { role: 1, member: 2 },
        Step::Scope { role: 1, member: 1, departments: BTreeSet::from([2]) },
        Step::RenameRole { role: 1 },
        Step::AddRole,
        Step::DeleteRole { role: 2 },
        Step::AddDepartment { parent: 2, order: 0, permit: 1 },
        Step::MoveDepartment { dept: 3, parent: 4, order: 1, leader: 2 },
        Step::MoveDepartment { dept: 3, parent: 1, order: 0, leader: 2 },
        Step::DeleteDepartment { dept: 4 },
        Step::SignIn { member: 2, day: 1 },
        Step::SignIn { member: 1, day: 1 },
        Step::Fold,
        Step::SignIn { member: 2, day: 2 },
        Step::Appoint { member: 2 },
        Step::Delete { member: 1 },
        Step::AddMember { member: 1, departments: all },
    ]
    .into_iter()
    .enumerate()
    {
        assert!(take(&fixture, number, step.clone()), "{step:?}");
    }
    let state = fixture.state();
    let corp = state.corp(&fixture.corp).unwrap();
    assert_eq!(corp.departments[&DeptId::ROOT].children, [DeptId(3), DeptId(2)]);
    assert_eq!(corp.members_below(DeptId::ROOT), *corp.everyone);
    assert_eq!(fixture.reopen(), state);
}
