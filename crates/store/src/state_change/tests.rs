//! Random sequences of changes of every kind: the snapshot that rows load to, the one that all changes give when they are applied
//! to the snapshot before, and the one that units of work changed are equal.

#![allow(clippy::unwrap_used, clippy::panic, clippy::manual_is_multiple_of)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use carillon_model::{
    account_audience::AccountList,
    app::AppType,
    audience::Audience,
    chat::AutoReplies,
    color::Color,
    contact::{AdminLevel, Department, DepartmentProfile, Member, Membership, Profile, Role},
    error::Result,
    event::Channel,
    group::{Group, GroupKind, GroupOrigin, GroupTemplate},
    id::{
        AccountId, AppKey, ConversationId, CorpId, DeptId, GroupNo, MediaId, MemberNo, RoleGroupId, RoleId,
        SendSeq, TaskId, UserId,
    },
    message::{Message, Receivers, SendSource},
    service_account::{Menu, MenuButton, ServiceAccount},
    time::{HOUR_MS, Timestamp},
};
use proptest::{
    collection::vec,
    prelude::{any, prop_assert, prop_assert_eq},
    test_runner::{Config, TestCaseError, TestRunner},
};
use rusqlite::Connection;

use super::{RegistryChange, SnapshotChange, StateChange};
use crate::{
    app::{App, StoredToken},
    broadcast_window::WindowLimits,
    corp::{Corp, Logo},
    group::GroupFilter,
    member_edits::MemberMark,
    migrate::migrate,
    restoration::Restoration,
    send::Send,
    state::{CorpState, State},
    subscription::{CallbackOwner, Push, Subscription},
    tx::{Scope, Tx},
};

/// Kinds of [`SnapshotChange`]: [`kind_of`] numbers them.
const KINDS: usize = 39;
/// Kinds of units of work: [`change`] does them.
const UNITS: u8 = 38;

/// The number of a kind of change. A kind that is not here does not compile; one that no unit makes fails the test.
fn kind_of(change: &SnapshotChange) -> usize {
    match change {
        SnapshotChange::Registry(change) => match change {
            RegistryChange::CorpAdded(_) => 0,
            RegistryChange::AppAdded(_) => 1,
            RegistryChange::GrantsSet { .. } => 2,
            RegistryChange::SecretReplaced { .. } => 3,
            RegistryChange::TokenAdded { .. } => 4,
            RegistryChange::TokenRemoved { .. } => 5,
            RegistryChange::CorpSet(_) => 38,
        },
        SnapshotChange::Corp(_, change) => match change {
            StateChange::AccountSet(_) => 6,
            StateChange::MenuSet { .. } => 7,
            StateChange::AccountListSet { .. } => 8,
            StateChange::AccountScopeSet { .. } => 9,
            StateChange::AccountListsLeft { .. } => 10,
            StateChange::AutoRepliesSet { .. } => 11,
            StateChange::MembersAdded(_) => 12,
            StateChange::MembershipsSet { .. } => 13,
            StateChange::MemberRemoved(_) => 14,
            StateChange::MemberActivated(_) => 15,
            StateChange::DepartmentAdded(_) => 16,
            StateChange::DepartmentUpdated(_) => 17,
            StateChange::DepartmentRemoved(_) => 18,
            StateChange::LeadersSet { .. } => 19,
            StateChange::GroupOwnerCleared(_) => 20,
            StateChange::UserPermitsRemoved { .. } => 21,
            StateChange::DepartmentPermitsRemoved { .. } => 22,
            StateChange::RoleAdded(_) => 23,
            StateChange::RoleRemoved(_) => 24,
            StateChange::RoleGranted { .. } => 25,
            StateChange::RoleRevoked { .. } => 26,
            StateChange::MemberActive { .. } => 27,
            StateChange::BroadcastAdded { .. } => 28,
            StateChange::BroadcastRecalled { .. } => 29,
            StateChange::SubscriptionSet(_) => 30,
            StateChange::SubscriptionRemoved(_) => 31,
            StateChange::StreamChannelSet { .. } => 32,
            StateChange::StreamChannelRemoved { .. } => 33,
            StateChange::RestorationSet(_) => 34,
            StateChange::BroadcastWindowMoved { .. } => 35,
            StateChange::MembersEdited(_) => 36,
            StateChange::GroupsCounted { .. } => 37,
        },
    }
}

/// A unit of work: which kind, and two numbers that choose what it is about.
type Unit = (u8, u8, u8);

struct Fixture {
    connection: Connection,
    /// The snapshot that units change.
    working: State,
    /// The snapshot that the recorded changes are applied to.
    replayed: State,
    seen: BTreeSet<usize>,
    /// Members as they were at some moments.
    known: Vec<(CorpId, MemberMark, Member)>,
}

impl Fixture {
    fn new() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection).unwrap();
        let loaded = Tx::reading(&connection, State::default(), None).load_state().unwrap();
        Self {
            connection,
            working: loaded.clone(),
            replayed: loaded,
            seen: BTreeSet::new(),
            known: Vec::new(),
        }
    }

    /// Runs a unit as the writer does: what fails changes nothing.
    fn run(&mut self, scope: Scope, work: impl FnOnce(&mut Tx<'_>) -> Result<()>) {
        self.connection.execute_batch("SAVEPOINT unit").unwrap();
        let mut tx = Tx::writing(&self.connection, self.working.clone(), scope);
        if work(&mut tx).is_err() {
            self.connection.execute_batch("ROLLBACK TO unit; RELEASE unit").unwrap();
            return;
        }
        let done = tx.into_done();
        self.connection.execute_batch("RELEASE unit").unwrap();
        self.working = done.state;
        for change in &done.state_changes {
            self.seen.insert(kind_of(change));
            self.replayed.apply(change).unwrap();
        }
    }

    fn compare_with_rows(&self) -> std::result::Result<(), TestCaseError> {
        let loaded = Tx::reading(&self.connection, State::default(), None).load_state().unwrap();
        self.compare_orders()?;
        if loaded == self.working {
            return Ok(());
        }
        prop_assert_eq!(&self.working.apps, &loaded.apps);
        prop_assert_eq!(&self.working.tokens, &loaded.tokens);
        for (id, corp) in &self.working.corps {
            let (corp, loaded) = (CorpState::clone(corp), CorpState::clone(loaded.corp(id).unwrap()));
            prop_assert_eq!(corp.accounts, loaded.accounts);
            prop_assert_eq!(corp.account_audiences, loaded.account_audiences);
            prop_assert_eq!(corp.departments, loaded.departments);
            prop_assert_eq!(corp.role_members, loaded.role_members);
            prop_assert_eq!(corp.active_on, loaded.active_on);
            prop_assert_eq!(corp.group_counts, loaded.group_counts);
            prop_assert_eq!(corp.broadcasts, loaded.broadcasts);
            prop_assert_eq!(corp.stream_channels, loaded.stream_channels);
        }
        Err(TestCaseError::fail("loaded afresh the registry or another part of an organisation differs"))
    }

    /// Whoever is said to be unchanged since a moment is what he or she was then, and whoever did not change is said to be.
    fn compare_members(&mut self) -> std::result::Result<(), TestCaseError> {
        let mut tx = Tx::reading(&self.connection, self.working.clone(), None);
        for (id, mark, before) in &self.known {
            let now = tx.member(id, before.no).unwrap();
            if self.working.corp(id).unwrap().unchanged_since(*mark, &[before.no]) {
                prop_assert_eq!(now.as_ref(), Some(before));
            }
        }
        for (id, corp) in &self.working.corps {
            let somebody = pick(corp.everyone.iter(), u8::try_from(self.known.len() % 251).unwrap());
            if let Some(member) = somebody.and_then(|no| tx.member(id, no).unwrap()) {
                prop_assert!(corp.unchanged_since(corp.member_mark(), &[member.no]));
                self.known.push((id.clone(), corp.member_mark(), member));
            }
        }
        Ok(())
    }

    /// The order of each department is that of its rows, from any place on.
    fn compare_orders(&self) -> std::result::Result<(), TestCaseError> {
        let sql = "SELECT member_no FROM department_member WHERE corp_id = ?1 AND dept_id = ?2
                   ORDER BY sort_order DESC, member_no";
        let mut tx = Tx::reading(&self.connection, self.working.clone(), None);
        for (id, corp) in &self.working.corps {
            for (dept, node) in &corp.departments {
                let rows = tx.all(sql, &[id.into(), (*dept).into()], |row| row.get::<MemberNo>(0)).unwrap();
                for offset in 0..rows.len() + 2 {
                    let expected: Vec<MemberNo> = rows.iter().skip(offset).take(3).copied().collect();
                    prop_assert_eq!(node.in_custom_order(offset, 3), expected);
                }
            }
        }
        Ok(())
    }
}

#[test]
fn loaded_afresh_equals_all_changes_applied_whatever_they_are() {
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let cases = Config { cases: 24, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(cases);
    // Each kind of unit several times, in an order of its own.
    let units = vec((0..UNITS, any::<u8>(), any::<u8>()), 200..300);
    let seen_by = std::cell::RefCell::new(&mut seen);
    let outcome = runner.run(&units, |units: Vec<Unit>| {
        let mut fixture = Fixture::new();
        let corps = [CorpId::from("first"), CorpId::from("second")];
        for corp in &corps {
            fixture.run(Scope::Registry { added: None }, |tx| add_corp(tx, corp));
        }
        for (index, (unit, a, b)) in units.iter().enumerate() {
            // The second organisation shows that nothing of one is taken for the other's.
            let corp = &corps[usize::from(index % 8 == 7)];
            fixture.run(Scope::Corp(corp.clone()), |tx| change(tx, corp, *unit, *a, *b));
            if fixture.working != fixture.replayed {
                return Err(TestCaseError::fail(format!("applied again, unit {index} {:?}", units[index])));
            }
            fixture.compare_members()?;
            if index % 16 == 0 {
                fixture.compare_with_rows()?;
            }
        }
        fixture.compare_with_rows()?;
        seen_by.borrow_mut().extend(&fixture.seen);
        Ok(())
    });
    outcome.unwrap();
    let missing: Vec<usize> = (0..KINDS).filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "no unit makes the kinds {missing:?}");
}

fn add_corp(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let short_name = corp.to_string();
    tx.insert_corp(&Corp { short_name, ..Corp::new(corp.clone(), corp.as_str(), Timestamp(0)) })?;
    tx.insert_department(corp, &department(DeptId::ROOT, None, 0))
}

/// Does a unit of work; one that finds nothing to change does nothing.
fn change(tx: &mut Tx<'_>, corp: &CorpId, unit: u8, a: u8, b: u8) -> Result<()> {
    let state = Arc::clone(tx.state().corp(corp)?);
    let account = pick(state.accounts.values(), a).cloned();
    let dept = pick(state.departments.values(), b).map(|node| node.department.clone());
    let member = pick(state.everyone.iter(), a);
    let other = pick(state.everyone.iter(), b);
    let role = pick(state.role_members.keys(), b).copied();
    let apps: Vec<Arc<App>> = tx.state().apps.values().filter(|app| app.corp == *corp).cloned().collect();
    let app = pick(apps.iter(), a).map(|app| app.key.clone());
    let at = Timestamp(i64::from(a) * 1_000);
    match (unit, account, dept, member) {
        (0, ..) => {
            let seq = tx.next_number(corp, "account")?;
            tx.insert_account(corp, &service_account(corp, seq, a))
        }
        (1, Some(account), ..) => {
            let mut changed = ServiceAccount::clone(&account);
            (changed.brief, changed.disabled) = (b.to_string(), b % 5 == 0);
            // What a caller knows of the menu may be old: it is not part of this change.
            changed.menu = None;
            tx.update_account(corp, &changed)
        }
        (2, Some(account), ..) => tx.set_menu(corp, &account.id, &menu(b)),
        (3, Some(account), _, Some(_)) => {
            let list = AccountList::ALL[usize::from(b) % AccountList::ALL.len()];
            let on_list = state.everyone.iter().filter(|no| no.0 % 3 == u32::from(b % 3));
            let members = on_list.map(|no| Ok((no, userid(corp, no)))).collect::<Result<_>>()?;
            tx.set_account_list(corp, &account.id, list, members)
        }
        (4, Some(account), Some(dept), _) => {
            let departments = if a % 3 == 0 { BTreeSet::new() } else { BTreeSet::from([dept.id]) };
            tx.set_account_scope(corp, &account.id, a % 2 == 0, departments)
        }
        (5, Some(account), ..) => {
            let welcome = (b % 3 > 0).then(|| Message::Text { content: b.to_string() });
            tx.set_auto_replies(corp, &account.id, AutoReplies { welcome, rules: Vec::new() })
        }
        (6 | 7, _, Some(dept), _) => {
            let count = if unit == 6 { 1 } else { i64::from(a % 5) };
            let first = if count == 0 { 1 } else { tx.next_numbers(corp, "member", count)? };
            let new =
                (first..first + count).map(|no| (new_member(corp, no, &dept, a % 2 == 0), String::new()));
            tx.insert_members(corp, &new.collect::<Vec<_>>())
        }
        (8 | 9, _, Some(dept), Some(no)) => {
            let Some(mut member) = tx.member(corp, no)? else { panic!("a member without a row") };
            if !member.departments.iter().any(|place| place.dept_id == dept.id) {
                let order = i64::from(a % 7) - 3;
                let place = Membership { leader: a % 2 == 0, order, ..Membership::ordinary(dept.id) };
                member.departments.push(place);
            } else if member.departments.len() > 1 {
                member.departments.retain(|place| place.dept_id != dept.id);
            }
            tx.update_member(corp, &member)
        }
        (10, _, _, Some(no)) => {
            tx.delete_permits_of(corp, &userid(corp, no))?;
            tx.delete_member(corp, no)
        }
        (11, _, _, Some(no)) => tx.set_active(corp, no).map(drop),
        (12 | 13, _, Some(parent), _) => {
            let id = DeptId(1_000 + tx.next_number(corp, "department")?);
            let mut new = department(id, Some(parent.id), a);
            permit(&mut new, &state, corp, member, other, a);
            tx.insert_department(corp, &new)
        }
        (14 | 15, _, Some(mut dept), _) => {
            let to = pick(state.departments.keys(), a).copied();
            let below = state.subtree(dept.id);
            if let (Some(to), Some(_)) = (to, dept.parent_id)
                && !below.contains(&to)
            {
                dept.parent_id = Some(to);
            }
            (dept.profile.name, dept.profile.order) = (format!("部门{a}"), i64::from(b % 7));
            permit(&mut dept, &state, corp, member, other, b);
            tx.update_department(corp, &dept)
        }
        (16, ..) => {
            let is_empty = |node: &&Arc<crate::DepartmentNode>| {
                node.members.is_empty() && node.children.is_empty() && node.department.parent_id.is_some()
            };
            let empty: Vec<DeptId> =
                state.departments.values().filter(is_empty).map(|node| node.department.id).collect();
            match pick(empty.iter(), a) {
                Some(id) => tx.delete_department(corp, *id),
                None => Ok(()),
            }
        }
        (17, _, Some(dept), _) => {
            let node = state.department(dept.id)?;
            let leaders: Vec<MemberNo> =
                node.members.iter().filter(|no| no.0 % 2 == u32::from(a % 2)).collect();
            tx.set_leaders(corp, dept.id, &leaders)
        }
        (18, _, Some(dept), _) => tx.clear_group_owner(corp, dept.id),
        (19, ..) => {
            let id = RoleId(tx.next_number(corp, "role")?);
            tx.insert_role(corp, &Role { id, group_id: RoleGroupId(1), name: id.to_string() })
        }
        (20, ..) => {
            let unused = state.role_members.iter().find(|(_, members)| members.is_empty());
            unused.map_or(Ok(()), |(role, _)| tx.delete_role(corp, *role))
        }
        (21, _, _, Some(no)) => role.map_or(Ok(()), |role| tx.grant_role(corp, role, no)),
        (22, ..) => match role.and_then(|role| Some((role, state.role_members.get(&role)?.iter().next()?))) {
            Some((role, no)) => tx.revoke_role(corp, role, no),
            None => Ok(()),
        },
        (23, _, _, Some(no)) => {
            let day = jiff::civil::date(2025, 1, 1).saturating_add(jiff::Span::new().days(b % 60));
            tx.note_active(corp, day, no)?;
            if b % 4 == 0 { tx.fold_active_day(corp, day, 2).map(drop) } else { Ok(()) }
        }
        (24, Some(account), ..) => send(tx, corp, &account.id, &state, a, b),
        (25, Some(account), ..) => {
            let sent: Vec<SendSeq> = state
                .broadcasts
                .get(&account.id)
                .map(|timeline| timeline.iter().map(|broadcast| broadcast.seq).collect())
                .unwrap_or_default();
            let seq = pick(sent.iter(), b).copied().unwrap_or(SendSeq(1));
            tx.recall_send(corp, &account.id, seq, at)
        }
        (26, ..) => {
            let key = AppKey::from(format!("{corp}-app{}", tx.next_number(corp, "agent")?));
            tx.insert_app(&App {
                key,
                corp: corp.clone(),
                agent_id: 1,
                name: String::new(),
                app_type: AppType::Internal,
                secret_hash: vec![a],
                grants: BTreeSet::from([a.to_string()]),
                created_at: at,
            })
        }
        (27, ..) => match app {
            Some(app) if b % 2 == 0 => tx.set_grants(&app, BTreeSet::from([b.to_string()])),
            Some(app) => tx.set_secret(&app, vec![b]),
            None => Ok(()),
        },
        (28, ..) => match app {
            Some(app) => {
                // Two organisations never make the same token, whatever their numbers are.
                let mut hash = [corp.as_str().as_bytes()[0]; 32];
                hash[..8].copy_from_slice(&tx.next_number(corp, "token")?.to_be_bytes());
                tx.set_app_token(&app, &StoredToken { nonce: vec![b], hash, expires_at: at })
            }
            None => Ok(()),
        },
        (29, ..) => match app {
            Some(app) if b % 3 == 0 => tx.delete_subscription(corp, &app),
            Some(app) => tx.set_subscription(corp, &subscription(app, b)),
            None => Ok(()),
        },
        (30, ..) => match app {
            Some(app) if b % 3 == 0 => tx.delete_stream_channel(corp, &app, Channel::Events),
            Some(app) => tx.set_stream_channel(corp, &app, Channel::ALL[usize::from(b % 2)], at),
            None => Ok(()),
        },
        (32, _, _, Some(no)) => {
            let level = [None, Some(AdminLevel::Main), Some(AdminLevel::Sub)][usize::from(b % 3)];
            tx.set_admin(corp, &userid(corp, no), level)
        }
        (33, _, _, Some(no)) if b % 4 == 0 => tx.clear_manager(corp, &userid(corp, no)),
        (33, _, _, Some(no)) => {
            let Some(mut member) = tx.member(corp, no)? else { panic!("a member without a row") };
            member.profile.manager_userid = other.map(|no| userid(corp, no).to_string()).unwrap_or_default();
            tx.update_member(corp, &member)
        }
        (31, ..) if b % 2 == 0 => tx.release_restored(corp).map(drop),
        (31, ..) => tx.set_restoration(corp, Restoration { restored_at: at, held: true }),
        (34, ..) => {
            let limits = WindowLimits {
                since: (a % 3 == 0).then_some(Timestamp(i64::from(b))),
                broadcasts: (a % 3 == 1).then_some(u64::from(b % 8)),
                bytes: (a % 3 == 2).then_some(u64::from(b) * 4),
            };
            tx.move_broadcast_window(corp, &limits).map(drop)
        }
        (35, ..) => {
            let group = group(corp, tx.next_number(corp, "group")?, a, b);
            tx.insert_group(corp, &group)
        }
        (36, ..) => {
            let found = tx.groups(corp, &GroupFilter::all(), i64::from(a % 8), 1)?;
            let Some(before) = found.first() else { return Ok(()) };
            let after = Group { active_at: before.active_at, ..group(corp, before.no.0, b, a) };
            tx.update_group_lifespan(corp, before, &after)
        }
        (37, ..) => {
            // Some names and hosts are those of the other organisation: such a unit fails.
            let of = if a % 8 == 0 { "shared" } else { corp.as_str() };
            let logo = Logo { media: MediaId::from("@lA"), width: a.into(), height: b.into() };
            let changed = Corp {
                name: a.to_string(),
                short_name: format!("{of}-{}", a % 16),
                former_short_names: (16..16 + b % 3).map(|number| format!("{of}-{number}")).collect(),
                hosts: (0..a % 3).map(|number| format!("{of}-{number}.example")).collect(),
                accent_color: (b % 2 == 0).then_some(Color::new(a, b, 0)),
                logo: (b % 3 == 0).then_some(logo),
                ..Corp::clone(&state.corp)
            };
            tx.update_corp(&changed, at)
        }
        _ => Ok(()),
    }
}

fn group(corp: &CorpId, no: i64, a: u8, b: u8) -> Group {
    let created_at = Timestamp(i64::from(a % 16) * HOUR_MS * 7);
    Group {
        no: GroupNo(no),
        id: ConversationId::from(format!("{corp}-{no}")),
        origin: GroupOrigin::ALL[usize::from(b % 3)],
        title: String::new(),
        kind: GroupKind::ALL[usize::from(a % 4)],
        department: None,
        template: GroupTemplate::default(),
        synced_to_drive: false,
        extensions: BTreeMap::new(),
        owner: None,
        creator: MemberNo(1),
        member_count: 0,
        administrator_count: 0,
        words_banned: false,
        used_bytes: 0,
        created_at,
        active_at: created_at,
        dissolved_at: (b % 2 == 0).then(|| created_at.plus_ms(i64::from(b) * HOUR_MS)),
        named_until: Timestamp(0),
        titled_at: Timestamp(0),
    }
}

fn pick<T>(from: impl Iterator<Item = T>, number: u8) -> Option<T> {
    let mut all: Vec<T> = from.collect();
    (!all.is_empty()).then(|| all.swap_remove(usize::from(number) % all.len()))
}

fn userid(corp: &CorpId, no: MemberNo) -> UserId {
    UserId::from(format!("{corp}-{}", no.0))
}

fn service_account(corp: &CorpId, seq: i64, a: u8) -> ServiceAccount {
    ServiceAccount {
        id: AccountId::from(format!("{corp}-{seq}")),
        seq,
        name: a.to_string(),
        avatar_media_id: MediaId::from("@lA"),
        brief: String::new(),
        desc: String::new(),
        preview_media_id: MediaId::from("@lA"),
        disabled: false,
        created_at: Timestamp(0),
        menu: None,
    }
}

fn menu(b: u8) -> Menu {
    let item = MenuButton { name: b.to_string(), ..MenuButton::default() };
    let parent = MenuButton {
        name: "更多".to_owned(),
        children: vec![item.clone(); usize::from(b % 3)],
        ..item.clone()
    };
    Menu { buttons: vec![item, parent], enable_input: b % 2 == 0, stopped: b % 7 == 0 }
}

fn new_member(corp: &CorpId, no: i64, dept: &Department, active: bool) -> Member {
    let no = MemberNo(u32::try_from(no).unwrap());
    let order = i64::from(no.0 % 5) - 2;
    let mut departments = vec![Membership { leader: no.0 % 4 == 0, order, ..Membership::ordinary(dept.id) }];
    if dept.id != DeptId::ROOT && no.0 % 3 == 0 {
        departments.push(Membership::ordinary(DeptId::ROOT));
    }
    Member {
        no,
        userid: userid(corp, no),
        unionid: userid(corp, no).to_string(),
        profile: Profile { name: no.0.to_string(), ..Profile::default() },
        departments,
        active,
        admin: None,
        created_at: Timestamp(0),
        modified_at: Timestamp(0),
    }
}

fn department(id: DeptId, parent_id: Option<DeptId>, a: u8) -> Department {
    let profile = DepartmentProfile {
        name: format!("部门{}", id.0),
        order: i64::from(a % 5),
        ..DepartmentProfile::default()
    };
    Department { id, parent_id, profile }
}

/// Fills the lists of who sees a department, and whom its members see.
fn permit(
    department: &mut Department,
    state: &CorpState,
    corp: &CorpId,
    member: Option<MemberNo>,
    other: Option<MemberNo>,
    a: u8,
) {
    let named = |no: Option<MemberNo>| no.map(|no| userid(corp, no));
    let profile = &mut department.profile;
    profile.user_permits = named(member).into_iter().collect();
    profile.outer_permit_users = named(other).into_iter().filter(|_| a % 2 == 0).collect();
    profile.org_dept_owner = named(member).filter(|_| a % 3 == 0);
    profile.dept_permits = pick(state.departments.keys(), a).copied().into_iter().collect();
    profile.outer_permit_depts = pick(state.departments.keys(), a / 2).copied().into_iter().collect();
}

fn subscription(app: AppKey, b: u8) -> Subscription {
    let push = if b % 2 == 0 {
        Push::Stream
    } else {
        Push::Http { url: b.to_string(), owner: CallbackOwner::App, secrets: vec![b] }
    };
    Subscription { app, patterns: vec!["*".to_owned(), b.to_string()], push, updated_at: Timestamp(b.into()) }
}

fn send(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, state: &CorpState, a: u8, b: u8) -> Result<()> {
    let number = tx.next_number(corp, "test")?.to_string();
    let audience: Audience = state.everyone.iter().filter(|no| no.0 % 2 == u32::from(a % 2)).collect();
    tx.insert_send(
        corp,
        &Send {
            task: TaskId::from(format!("{corp}-{number}")),
            account: account.clone(),
            uuid: number,
            app_key: AppKey::from("app"),
            created_at: Timestamp(i64::from(a)),
            requested_at: None,
            source: SendSource::Api,
            operator: None,
            indexed: b % 4 == 0,
            preview: false,
            targeted: false,
            allow_comment: false,
            comment_type: 0,
            show_homepage: false,
            content_hash: [0; 32],
            message: Message::Text { content: b.to_string() },
            named: Receivers::default(),
            audience: Arc::new(audience),
        },
    )?;
    Ok(())
}
