use std::collections::BTreeSet;

use carillon_domain::contact::{department, role, user};
use carillon_model::{
    contact::{DepartmentProfile, Member, Membership},
    id::{DeptId, RoleGroupId, RoleId, UserId},
};
use proptest::{collection::vec, prelude::*};

use crate::world::World;

/// Something that an organisation does. Small numbers make it meet itself; what is refused changes nothing.
#[derive(Clone, Debug)]
enum Step {
    AddDepartment { parent: i64, order: i64, permit: u8 },
    AddMember { member: u8, departments: BTreeSet<i64> },
    Move { member: u8, departments: BTreeSet<i64> },
    Delete { member: u8 },
    AddRole,
    Give { role: i64, member: u8 },
    Take { role: i64, member: u8 },
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
        (1..4_i64, member).prop_map(|(role, member)| Step::Take { role, member }),
    ]
}

/// Whether the step was allowed.
fn take(world: &World, number: usize, step: Step) -> bool {
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
            world.write(move |tx, _, corp| department::create(tx, corp, DeptId(parent), profile)).is_ok()
        }
        Step::AddMember { member, departments } => {
            world.add_member(userid(member).as_str(), &ids(departments)).is_ok()
        }
        Step::Move { member, departments } => {
            let places = ids(departments).into_iter().map(Membership::ordinary).collect();
            let edit = move |member: &mut Member| {
                member.departments = places;
                Ok(())
            };
            world.write(move |tx, env, corp| user::update(tx, env, corp, &userid(member), edit)).is_ok()
        }
        Step::Delete { member } => {
            world.write(move |tx, _, corp| user::delete(tx, corp, &userid(member))).is_ok()
        }
        Step::AddRole => {
            let name = format!("角色{number}");
            world.write(move |tx, _, corp| role::add(tx, corp, RoleGroupId(2), &name)).is_ok()
        }
        Step::Give { role, member } => {
            world.write(move |tx, _, corp| role::give(tx, corp, &[RoleId(role)], &[userid(member)])).is_ok()
        }
        Step::Take { role, member } => {
            world.write(move |tx, _, corp| role::take(tx, corp, &[RoleId(role)], &[userid(member)])).is_ok()
        }
    }
}

fn with_group() -> World {
    let world = World::new();
    let group = world.write(|tx, _, corp| role::add_group(tx, corp, "团队")).unwrap();
    assert_eq!(group, RoleGroupId(2));
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fresh_start_loads_the_same_snapshot(steps in vec(step(), 1..40)) {
        let mut world = with_group();
        for (number, step) in steps.into_iter().enumerate() {
            let before = world.state();
            if !take(&world, number, step) {
                prop_assert_eq!(&world.state(), &before, "what is refused changes nothing");
            }
        }
        let state = world.state();
        prop_assert_eq!(world.reopen(), state);
    }
}

#[test]
fn each_kind_of_step_can_succeed() {
    let mut world = with_group();
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
        Step::Delete { member: 1 },
        Step::AddMember { member: 1, departments: all },
    ]
    .into_iter()
    .enumerate()
    {
        assert!(take(&world, number, step.clone()), "{step:?}");
    }
    let state = world.state();
    let corp = state.corp(&world.corp).unwrap();
    assert_eq!(corp.departments[&DeptId::ROOT].children, [DeptId(3), DeptId(2)]);
    assert_eq!(corp.members_below(DeptId::ROOT), *corp.everyone);
    assert_eq!(world.reopen(), state);
}
