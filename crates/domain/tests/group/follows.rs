use std::collections::BTreeSet;

use carillon_domain::{
    contact::{
        department,
        import::{self, Column, Line, Outcome},
        manage::Resets,
        user,
    },
    group::{self, MemberSelection},
};
use carillon_model::{
    contact::{DepartmentProfile, Member, Membership},
    error::{Error, Rule},
    group::GroupKind,
    id::DeptId,
};
use proptest::{collection::vec, prelude::*};

use testkit::store::StoreFixture;

use crate::group::fixture::{Groups, new_group, userid, userids, with_members};

fn add_department(fixture: &StoreFixture, name: &str) -> DeptId {
    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
    fixture.write(move |tx, env, corp| department::create(tx, env, corp, DeptId::ROOT, profile)).unwrap().id
}

fn of_department(department: DeptId, owner: &str) -> group::NewGroup {
    group::NewGroup { department: Some(department), ..new_group(GroupKind::Department, owner) }
}

#[test]
fn an_import_adds_new_members_to_groups_that_follow() {
    let fixture = with_members();
    let [sales, support] = ["销售", "支持"].map(|name| add_department(&fixture, name));
    fixture.add_member("f", &[sales]).unwrap();
    fixture.add_member("g", &[support]).unwrap();
    let all = fixture.make(new_group(GroupKind::AllStaff, "a")).unwrap();
    let [seller, supporter] =
        [(sales, "f"), (support, "g")].map(|(dept, owner)| fixture.make(of_department(dept, owner)).unwrap());
    // Later lines move a new member and an existing one.
    let list = [
        ("h", "h", "13800000001", "销售"),
        ("i", "i", "13800000002", "销售"),
        ("j", "j", "13800000003", "销售;支持"),
        ("h", "", "", "支持"),
        ("a", "", "", "销售"),
    ];
    let lines = (1..).zip(list).map(|(number, (userid, name, mobile, departments))| Line {
        number,
        cells: [userid, name, mobile, departments].map(str::to_owned).to_vec(),
        password_hash: None,
    });
    let columns = vec![Column::UserId, Column::Name, Column::Mobile, Column::Departments];
    let batch = import::Batch { columns, lines: lines.collect(), passwords: Resets::OfAll };
    let report = fixture.write(move |tx, env, corp| import::members(tx, env, corp, &batch)).unwrap();
    let count = |is: fn(&Outcome) -> bool| report.lines.iter().filter(|line| is(&line.outcome)).count();
    let (added, changed) = (
        count(|outcome| *outcome == Outcome::Added),
        count(|outcome| matches!(outcome, Outcome::Changed(_))),
    );
    assert_eq!((added, changed, report.lines.len()), (3, 2, 5));
    assert_eq!(fixture.members(&seller.id), ["a", "f", "i", "j"]);
    assert_eq!(fixture.members(&supporter.id), ["g", "h", "j"]);
    assert_eq!(fixture.members(&all.id), ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]);
}

#[test]
fn one_group_of_all_staff_and_one_of_each_department() {
    let fixture = with_members();
    let sales = add_department(&fixture, "销售");
    fixture.add_member("f", &[sales]).unwrap();
    let all = fixture.make(new_group(GroupKind::AllStaff, "a")).unwrap();
    assert_eq!(fixture.members(&all.id), ["a", "b", "c", "d", "e", "f"]);
    assert_eq!(fixture.make(new_group(GroupKind::AllStaff, "b")), Err(Error::Rule(Rule::GroupExists)));
    let team = fixture.make(of_department(sales, "f")).unwrap();
    assert_eq!(fixture.members(&team.id), ["f"]);
    assert_eq!(fixture.make(of_department(sales, "f")), Err(Error::Rule(Rule::GroupExists)));
    assert_eq!(fixture.make(of_department(DeptId::ROOT, "f")), Err(Error::because(Rule::NotInGroup, "f")));
    fixture.make(of_department(DeptId::ROOT, "a")).unwrap();

    for id in [&all.id, &team.id] {
        let (one, two) = (id.clone(), id.clone());
        let who = MemberSelection { users: userids(&["a"]), departments: Vec::new() };
        let again = who.clone();
        let follow = Err(Error::Rule(Rule::GroupMembersFollow));
        assert_eq!(fixture.write(move |tx, env, corp| group::add_members(tx, env, corp, &one, &who)), follow);
        let removed = fixture.write(move |tx, env, corp| group::remove_members(tx, env, corp, &two, &again));
        assert_eq!(removed, follow);
    }
    let named = group::NewGroup {
        members: MemberSelection { users: userids(&["a"]), departments: Vec::new() },
        ..of_department(sales, "f")
    };
    assert_eq!(fixture.make(named), Err(Error::Rule(Rule::GroupMembersFollow)));
    let id = all.id;
    fixture.write(move |tx, env, corp| group::dissolve(tx, env, corp, &id)).unwrap();
    fixture.make(new_group(GroupKind::AllStaff, "b")).unwrap();
}

#[derive(Clone, Debug)]
enum Step {
    Join { member: u8, departments: BTreeSet<i64> },
    Move { member: u8, departments: BTreeSet<i64> },
    Leave { member: u8 },
}

fn step() -> impl Strategy<Value = Step> {
    let departments = || proptest::collection::btree_set(1..4_i64, 1..4);
    prop_oneof![
        (0..8_u8, departments()).prop_map(|(member, departments)| Step::Join { member, departments }),
        (0..8_u8, departments()).prop_map(|(member, departments)| Step::Move { member, departments }),
        (0..8_u8).prop_map(|member| Step::Leave { member }),
    ]
}

/// Applies a step. Returns false if it was refused.
fn take(fixture: &StoreFixture, step: Step) -> bool {
    let named = |member: u8| userid(&format!("u{member}"));
    let ids = |departments: BTreeSet<i64>| departments.into_iter().map(DeptId).collect::<Vec<_>>();
    match step {
        Step::Join { member, departments } => {
            fixture.add_member(named(member).as_str(), &ids(departments)).is_ok()
        }
        Step::Move { member, departments } => {
            let memberships = ids(departments).into_iter().map(Membership::ordinary).collect();
            let edit = move |member: &mut Member| {
                member.departments = memberships;
                Ok(())
            };
            fixture.write(move |tx, env, corp| user::update(tx, env, corp, &named(member), edit)).is_ok()
        }
        Step::Leave { member } => {
            fixture.write(move |tx, env, corp| user::delete(tx, env, corp, &named(member))).is_ok()
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: testkit::env::cases(24), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn members_follow_the_organisation_whatever_happens_in_it(steps in vec(step(), 1..40)) {
        let mut fixture = StoreFixture::new();
        let departments = [DeptId::ROOT, add_department(&fixture, "二"), add_department(&fixture, "三")];
        fixture.add_member("boss", &departments).unwrap();
        let all = fixture.make(new_group(GroupKind::AllStaff, "boss")).unwrap();
        let teams = departments.map(|department| fixture.make(of_department(department, "boss")).unwrap());
        let requested = fixture.make(new_group(GroupKind::Other, "boss")).unwrap();
        let mut with_members_in = BTreeSet::new();
        for step in steps {
            let done = take(&fixture, step.clone());
            match step {
                Step::Join { member, .. } if done => {
                    let (id, who) = (requested.id.clone(), MemberSelection { users: vec![userid(&format!("u{member}"))], departments: Vec::new() });
                    fixture.write(move |tx, env, corp| group::add_members(tx, env, corp, &id, &who)).unwrap();
                    with_members_in.insert(member);
                }
                Step::Leave { member } if done => {
                    with_members_in.remove(&member);
                }
                _ => {}
            }
        }
        let state = fixture.state();
        prop_assert_eq!(fixture.reopen(), state.clone());
        let corp = state.corp(&fixture.corp).unwrap();
        prop_assert_eq!(&fixture.read(|tx, corp| tx.group_members(corp, all.no)), &*corp.everyone);
        for (department, team) in departments.iter().zip(&teams) {
            let members = fixture.read(|tx, corp| tx.group_members(corp, team.no));
            prop_assert_eq!(&members, &*corp.departments[department].members);
            prop_assert_eq!(fixture.details(&team.id).group.member_count as u64, members.len());
        }
        prop_assert_eq!(fixture.members(&requested.id).len(), with_members_in.len() + 1);
    }
}
