//! Places of departments: every order can be reached, and members move with what they are elsewhere.

use carillon_domain::contact::department;
use carillon_model::{
    contact::DepartmentProfile,
    error::{Error, Rule},
    id::{DeptId, UserId},
};
use proptest::{collection::vec, prelude::*};

use testkit::store::StoreFixture;

fn add(fixture: &StoreFixture, parent: DeptId, name: &str, order: i64) -> DeptId {
    let profile = DepartmentProfile { name: name.to_owned(), order, ..DepartmentProfile::default() };
    fixture.write(move |tx, env, corp| department::create(tx, env, corp, parent, profile)).unwrap().id
}

fn children(fixture: &StoreFixture, parent: DeptId) -> Vec<DeptId> {
    fixture.state().corp(&fixture.corp).unwrap().departments[&parent].children.clone()
}

fn place(fixture: &StoreFixture, id: DeptId, parent: DeptId, before: Option<DeptId>) -> Result<(), Error> {
    fixture.write(move |tx, env, corp| department::place(tx, env, corp, id, (parent, before)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(testkit::env::cases(24)))]

    /// Whatever the orders were, a department comes where it is put, and the others keep their order.
    #[test]
    fn a_department_comes_where_it_is_put(
        orders in vec(prop_oneof![Just(0_i64), 0..4_i64, Just(i64::MAX)], 2..7),
        moves in vec((0..7_usize, 0..8_usize), 1..8),
    ) {
        let fixture = StoreFixture::new();
        for (index, order) in orders.iter().enumerate() {
            add(&fixture, DeptId::ROOT, &format!("d{index}"), *order);
        }
        for (which, to) in moves {
            let mut expected = children(&fixture, DeptId::ROOT);
            let moved = expected.remove(which % expected.len());
            let to = to % (expected.len() + 1);
            let before = expected.get(to).copied();
            place(&fixture, moved, DeptId::ROOT, before).unwrap();
            expected.insert(to, moved);
            prop_assert_eq!(children(&fixture, DeptId::ROOT), expected);
        }
        prop_assert!(children(&fixture, DeptId::ROOT).len() == orders.len());
    }
}

#[test]
fn a_place_must_exist_and_be_free() {
    let fixture = StoreFixture::new();
    let (a, b) = (add(&fixture, DeptId::ROOT, "a", 0), add(&fixture, DeptId::ROOT, "b", 0));
    let below = add(&fixture, a, "b", 0);
    assert_eq!(place(&fixture, a, below, None), Err(Error::Rule(Rule::DepartmentLoop)));
    assert_eq!(place(&fixture, a, a, None), Err(Error::Rule(Rule::DepartmentLoop)));
    assert_eq!(place(&fixture, b, a, None), Err(Error::Rule(Rule::DepartmentNameTaken)));
    assert_eq!(place(&fixture, a, DeptId(99), None), Err(Error::Rule(Rule::UnknownParentDepartment)));
    assert_eq!(place(&fixture, DeptId(99), a, None), Err(Error::Rule(Rule::UnknownDepartment)));
    assert_eq!(place(&fixture, DeptId::ROOT, a, None), Err(Error::Rule(Rule::RootDepartmentUpdate)));
    for before in [a, below, DeptId(99)] {
        let refused = place(&fixture, a, DeptId::ROOT, Some(before));
        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "before"));
    }
    let state = fixture.state();
    let corp = state.corp(&fixture.corp).unwrap();
    for (text, found) in
        [("a/b", Some(below)), (" /b/ ", Some(b)), ("2", Some(a)), ("99", None), ("", None), ("a/x", None)]
    {
        assert_eq!(department::by_id_or_path(corp, text), found, "{text}");
    }
}

#[test]
fn members_move_and_stay_in_their_other_departments() {
    let fixture = StoreFixture::new();
    let (a, b) = (add(&fixture, DeptId::ROOT, "a", 0), add(&fixture, DeptId::ROOT, "b", 0));
    fixture.add_member("one", &[a]).unwrap();
    fixture.add_member("two", &[DeptId::ROOT, a, b]).unwrap();
    fixture.add_member("else", &[b]).unwrap();
    let go = |users: Vec<UserId>| {
        fixture.write(move |tx, env, corp| department::move_members(tx, env, corp, (a, b), &users))
    };
    assert_eq!(go(["one", "two", "else"].map(UserId::from).to_vec()), Ok(2), "who is elsewhere is left out");
    let many = |count: usize| vec![UserId::from("one"); count];
    assert_eq!(go(many(department::MAX_MOVED)), Ok(0));
    assert!(matches!(go(many(department::MAX_MOVED + 1)), Err(Error::Invalid { .. })));
    assert!(matches!(go(vec![UserId::from("nobody")]), Err(Error::RuleBecause(Rule::UnknownUser, _))));
    let state = fixture.state();
    let corp = state.corp(&fixture.corp).unwrap();
    let members = |id: DeptId| corp.departments[&id].members.len();
    assert_eq!((members(DeptId::ROOT), members(a), members(b)), (1, 0, 3));
}
