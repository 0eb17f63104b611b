//! Changes of contacts raise events in the same unit of work.

use carillon_domain::{
    contact::{admin, department, role, user},
    event::subscription::{self, NewSubscription},
    session,
};
use carillon_model::{
    app::AppType,
    contact::{AdminLevel, DepartmentProfile},
    env::Env,
    error::{Error, Rule},
    event::{EventData, EventKind, Label, RoleChange},
    fact::Client,
    id::{AppKey, CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::{App, CallbackOwner, DeliveryTarget, LogFilter, Tx};

use testkit::store::StoreFixture;

const APP: &str = "dingapp";

fn subscribe(fixture: &StoreFixture, patterns: &[&str]) {
    let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    let new = NewSubscription { patterns, callback: None, owner: CallbackOwner::App };
    let set = move |tx: &mut Tx<'_>, env: &Env, corp: &CorpId| {
        let grants = EventKind::ALL.iter().map(|kind| kind.access().permission().to_owned());
        tx.insert_app(&App {
            key: AppKey::from(APP),
            corp: corp.clone(),
            agent_id: 1,
            name: "app".to_owned(),
            app_type: AppType::Internal,
            secret_hash: Vec::new(),
            grants: grants.collect(),
            created_at: env.now(),
            disabled: false,
        })?;
        subscription::set(tx, env, corp, &AppKey::from(APP), new)
    };
    fixture.write(set).unwrap();
}

/// Returns pending events, oldest first, and marks them as delivered.
fn events(fixture: &StoreFixture) -> Vec<EventData> {
    fixture
        .write(|tx, env, corp| {
            let mut events = Vec::new();
            loop {
                let now = env.now();
                let due = tx.lease_events(&target(corp), now, now.plus_ms(1_000), 100)?;
                if due.events.is_empty() {
                    break;
                }
                for leased in due.events {
                    tx.end_delivered(&target(corp), &leased, now)?;
                    events.push((leased.seq, leased.event.data));
                }
            }
            events.sort_by_key(|(seq, _)| *seq);
            Ok(events.into_iter().map(|(_, data)| data).collect())
        })
        .unwrap()
}

fn target(corp: &CorpId) -> DeliveryTarget {
    DeliveryTarget {
        corp: corp.clone(),
        app: AppKey::from(APP),
        channel: carillon_model::event::Channel::Events,
    }
}

fn logged(tx: &mut Tx<'_>, corp: &CorpId) -> carillon_model::error::Result<usize> {
    Ok(tx.logged_events(corp, &AppKey::from(APP), LogFilter::default(), 100)?.len())
}

fn profile(name: &str) -> DepartmentProfile {
    DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() }
}

#[test]
fn every_change_of_contacts_is_an_event() {
    let fixture = StoreFixture::new();
    subscribe(&fixture, &["*"]);
    let u1 = || UserId::from("u1");
    fixture.add_member("u1", &[DeptId::ROOT]).unwrap();
    fixture
        .write(move |tx, env, corp| {
            user::update(tx, env, corp, &u1(), |member| {
                member.profile.name = "新名".to_owned();
                Ok(())
            })
        })
        .unwrap();
    let dept = fixture
        .write(|tx, env, corp| department::create(tx, env, corp, DeptId::ROOT, profile("部")))
        .unwrap()
        .id;
    let group = fixture.write(|tx, env, corp| role::add_group(tx, env, corp, "组")).unwrap();
    let id = fixture.write(move |tx, env, corp| role::add(tx, env, corp, group, "职")).unwrap();
    fixture
        .write(move |tx, env, corp| {
            department::update(tx, env, corp, dept, |dept| dept.profile.name = "处".to_owned(), None)?;
            department::delete(tx, env, corp, dept)?;
            role::give(tx, env, corp, &[id], &[u1()])?;
            role::take(tx, env, corp, &[id], &[u1()])?;
            role::rename(tx, env, corp, id, "责")?;
            role::delete(tx, env, corp, id)?;
            admin::grant(tx, env, corp, &u1(), AdminLevel::Sub)?;
            admin::grant(tx, env, corp, &u1(), AdminLevel::Main)?;
            admin::revoke(tx, env, corp, &u1())?;
            session::begin(tx, env, corp, MemberNo(1), Client::Web)?;
            session::begin(tx, env, corp, MemberNo(1), Client::Web)?;
            user::delete(tx, env, corp, &u1())
        })
        .unwrap();
    let events = events(&fixture);
    let EventData::MemberChanged { member, before, after } = &events[1] else { panic!("{events:?}") };
    assert_eq!((member, before.name.as_str(), after.name.as_str()), (&u1(), "u1", "新名"));
    let changed = |change| EventData::RoleMembersChanged { change, roles: vec![id], members: vec![u1()] };
    assert_eq!(
        [&events[..1], &events[2..]].concat(),
        [
            EventData::MembersAdded(vec![u1()]),
            EventData::DepartmentsAdded(vec![dept]),
            EventData::RolesAdded(vec![Label::Group(group)]),
            EventData::RolesAdded(vec![Label::Role(id)]),
            EventData::DepartmentsChanged(vec![dept]),
            EventData::DepartmentsRemoved(vec![dept]),
            changed(RoleChange::Given),
            changed(RoleChange::Taken),
            EventData::RoleChanged {
                label: Label::Role(id),
                name_before: "职".to_owned(),
                name_after: "责".to_owned(),
                group: Some(group),
            },
            EventData::RolesRemoved(vec![Label::Role(id)]),
            EventData::AdminsAdded(vec![u1()]),
            EventData::AdminsRemoved(vec![u1()]),
            EventData::MemberActivated(u1()),
            EventData::MembersLeft(vec![u1()]),
        ]
    );
}

#[test]
fn a_failed_unit_of_work_raises_no_event() {
    let fixture = StoreFixture::new();
    subscribe(&fixture, &["*"]);
    let failed = fixture.write(|tx, env, corp| {
        department::create(tx, env, corp, DeptId::ROOT, profile("部"))?;
        department::create(tx, env, corp, DeptId::ROOT, profile("部"))
    });
    assert_eq!(failed, Err(Error::Rule(Rule::DepartmentNameTaken)));
    assert_eq!(fixture.read(logged), 0);
}

#[test]
fn events_without_subscribers_are_not_written() {
    let fixture = StoreFixture::new();
    fixture.add_member("u1", &[DeptId::ROOT]).unwrap();
    subscribe(&fixture, &["org_dept_*"]);
    fixture.add_member("u2", &[DeptId::ROOT]).unwrap();
    assert_eq!(fixture.read(logged), 0);
    fixture.write(|tx, env, corp| department::create(tx, env, corp, DeptId::ROOT, profile("部"))).unwrap();
    assert_eq!(fixture.read(logged), 1);
}
