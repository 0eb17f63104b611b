use carillon_domain::contact::user;
use carillon_model::{
    contact::Member,
    id::{DeptId, UserId},
};
use carillon_store::MemberOrder;

use testkit::store::StoreFixture;

#[test]
fn members_are_listed_in_each_order() {
    let mut fixture = StoreFixture::new();
    let numbers = ["a", "b", "c"].map(|userid| {
        fixture.later(1);
        fixture.add_member(userid, &[DeptId::ROOT]).unwrap().no
    });
    for (userid, order) in [("b", 1), ("a", 0)] {
        fixture.later(1);
        let edit = move |member: &mut Member| {
            member.departments[0].order = order;
            member.departments[0].leader = true;
            Ok(())
        };
        fixture.write(move |tx, env, corp| user::update(tx, env, corp, &UserId::from(userid), edit)).unwrap();
    }
    let [a, b, c] = numbers;
    for (order, expected) in [
        (MemberOrder::Custom, [b, a, c]),
        (MemberOrder::EntryAscending, [a, b, c]),
        (MemberOrder::EntryDescending, [c, b, a]),
        (MemberOrder::ModifyAscending, [c, b, a]),
        (MemberOrder::ModifyDescending, [a, b, c]),
    ] {
        let all = fixture.read(|tx, corp| tx.members_of(corp, DeptId::ROOT, order, 0, 10));
        assert_eq!(all, expected, "{order:?}");
        let second = fixture.read(|tx, corp| tx.members_of(corp, DeptId::ROOT, order, 1, 1));
        assert_eq!(second, expected[1..2], "{order:?}");
    }
    let leaders = fixture.read(|tx, corp| tx.leaders_of(corp, DeptId::ROOT));
    assert_eq!(leaders, [UserId::from("b"), UserId::from("a")]);
    let everyone = fixture.read(|tx, corp| tx.userids_of(corp, DeptId::ROOT));
    assert_eq!(everyone, ["b", "a", "c"].map(UserId::from));
}
