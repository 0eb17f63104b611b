use carillon_domain::contact::{department, role, user};
use carillon_model::{
    contact::DepartmentProfile,
    error::{Error, Rule},
    id::{DeptId, UserId},
};
use carillon_store::Session;

use testkit::store::StoreFixture;

#[test]
fn no_reference_to_a_deleted_member_remains() {
    let mut fixture = StoreFixture::new();
    let deleted = fixture.add_member("gone", &[DeptId::ROOT]).unwrap().no;
    fixture.add_member("stays", &[DeptId::ROOT]).unwrap();
    let dept = fixture
        .write(move |tx, env, corp| {
            let permits = vec![UserId::from("gone"), UserId::from("stays")];
            let profile = DepartmentProfile {
                name: "隐".to_owned(),
                user_permits: permits.clone(),
                outer_permit_users: permits,
                ..DepartmentProfile::default()
            };
            let dept = department::create(tx, env, corp, DeptId::ROOT, profile)?.id;
            user::update(tx, env, corp, &UserId::from("stays"), |member| {
                member.profile.manager_userid = "gone".to_owned();
                Ok(())
            })?;
            let group = role::add_group(tx, env, corp, "团队")?;
            let role = role::add(tx, env, corp, group, "编辑")?;
            role::give(tx, env, corp, &[role], &[UserId::from("gone")])?;
            let expires_at = env.now().plus_ms(1_000);
            tx.insert_session(&[1; 32], &Session::new(corp.clone(), deleted, env.now(), expires_at))?;
            Ok(dept)
        })
        .unwrap();
    fixture.write(|tx, env, corp| user::delete(tx, env, corp, &UserId::from("gone"))).unwrap();

    let state = fixture.state();
    let corp = state.corp(&fixture.corp).unwrap();
    assert!(!corp.everyone.contains(deleted) && !corp.members_below(DeptId::ROOT).contains(deleted));
    assert!(corp.role_members.values().all(|members| members.is_empty()));
    let profile = &corp.departments[&dept].department.profile;
    assert_eq!(profile.user_permits, [UserId::from("stays")]);
    assert_eq!(profile.outer_permit_users, [UserId::from("stays")]);
    let now = fixture.env.now();
    assert!(fixture.read(|tx, corp| tx.sessions_of(corp, deleted, now, 1)).is_empty());
    assert!(fixture.read(|tx, corp| tx.member(corp, deleted)).is_none());
    assert!(fixture.read(|tx, corp| tx.roles_of(corp, deleted)).is_empty());
    let stays = fixture.read(|tx, corp| user::get(tx, corp, &UserId::from("stays")));
    assert_eq!(stays.profile.manager_userid, "");
    assert_eq!(fixture.reopen(), state);

    let again = fixture.write(|tx, env, corp| user::delete(tx, env, corp, &UserId::from("gone")));
    assert!(matches!(again, Err(Error::RuleBecause(Rule::UnknownUser, _))));
    let next = fixture.add_member("gone", &[DeptId::ROOT]).unwrap();
    assert!(next.no > deleted, "numbers are never given again");
}
