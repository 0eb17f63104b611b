//! Random sequences of changes of every kind. Three snapshots must be equal: the one that is loaded from the rows, the one that all
//! recorded changes give when they are applied to the snapshot before, and the one that units of work changed.

#![allow(clippy::unwrap_used, clippy::panic, clippy::manual_is_multiple_of)]

mod samples;
mod units;

use std::collections::BTreeSet;

use carillon_model::{
    contact::Member,
    error::Result,
    id::{CorpId, MemberNo},
};
use proptest::{
    collection::vec,
    prelude::{any, prop_assert, prop_assert_eq},
    test_runner::{Config, TestCaseError, TestRunner},
};
use rusqlite::Connection;

use self::{
    samples::pick,
    units::{UNITS, add_corp, change},
};
use super::{RegistryChange, SnapshotChange, StateChange};
use crate::{
    member_edits::MemberVersion,
    migrate::migrate,
    state::{CorpState, State},
    tx::{Scope, Tx},
};

/// Kinds of [`SnapshotChange`]: [`kind_of`] numbers them.
const KINDS: usize = 40;

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
            RegistryChange::AppSet { .. } => 39,
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

/// A unit of work: its kind, and two numbers that choose what it changes.
type Unit = (u8, u8, u8);

struct Fixture {
    connection: Connection,
    /// The snapshot that units change.
    working: State,
    /// The snapshot that the recorded changes are applied to.
    replayed: State,
    /// The kinds of change that units have made.
    made: BTreeSet<usize>,
    /// Members as they were at some moments.
    known: Vec<(CorpId, MemberVersion, Member)>,
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
            made: BTreeSet::new(),
            known: Vec::new(),
        }
    }

    /// Runs a unit as the writer does: a unit that fails changes nothing.
    fn run(&mut self, scope: Scope, work: impl FnOnce(&mut Tx<'_>) -> Result<()>) {
        self.connection.execute_batch("SAVEPOINT unit").unwrap();
        let mut tx = Tx::writing(&self.connection, self.working.clone(), scope);
        if work(&mut tx).is_err() {
            self.connection.execute_batch("ROLLBACK TO unit; RELEASE unit").unwrap();
            return;
        }
        let done = tx.into_finished();
        self.connection.execute_batch("RELEASE unit").unwrap();
        self.working = done.state;
        for change in &done.state_changes {
            self.made.insert(kind_of(change));
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
        Err(TestCaseError::fail("the loaded registry or another part of an organisation differs"))
    }

    /// A member that counts as unchanged since a moment equals the member of that moment, and a member that did not change counts
    /// as unchanged.
    fn compare_members(&mut self) -> std::result::Result<(), TestCaseError> {
        let mut tx = Tx::reading(&self.connection, self.working.clone(), None);
        for (id, mark, before) in &self.known {
            let now = tx.member(id, before.no).unwrap();
            if self.working.corp(id).unwrap().unchanged_since(*mark, &[before.no]) {
                prop_assert_eq!(now.as_ref(), Some(before));
            }
        }
        for (id, corp) in &self.working.corps {
            let picked = pick(corp.everyone.iter(), u8::try_from(self.known.len() % 251).unwrap());
            if let Some(member) = picked.and_then(|no| tx.member(id, no).unwrap()) {
                prop_assert!(corp.unchanged_since(corp.member_version(), &[member.no]));
                self.known.push((id.clone(), corp.member_version(), member));
            }
        }
        Ok(())
    }

    /// The order of each department is that of its rows, from any offset.
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
fn the_loaded_snapshot_equals_the_changed_and_the_replayed_one() {
    let mut made: BTreeSet<usize> = BTreeSet::new();
    // `cargo xtask check` asks for short tests.
    let is_short = std::env::var_os("CARILLON_SHORT_TESTS").is_some();
    let cases =
        Config { cases: if is_short { 4 } else { 24 }, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(cases);
    // Each kind of unit several times, in an order of its own.
    let units = vec((0..UNITS, any::<u8>(), any::<u8>()), 200..300);
    let made_by_all = std::cell::RefCell::new(&mut made);
    let outcome = runner.run(&units, |units: Vec<Unit>| {
        let mut fixture = Fixture::new();
        let corps = [CorpId::from("first"), CorpId::from("second")];
        for corp in &corps {
            fixture.run(Scope::Registry { added: None }, |tx| add_corp(tx, corp));
        }
        for (index, (unit, a, b)) in units.iter().enumerate() {
            // With a second organisation, a change that goes to the wrong one is found.
            let corp = &corps[usize::from(index % 8 == 7)];
            fixture.run(Scope::Corp(corp.clone()), |tx| change(tx, corp, *unit, *a, *b));
            if fixture.working != fixture.replayed {
                return Err(TestCaseError::fail(format!("replayed, unit {index} {:?}", units[index])));
            }
            fixture.compare_members()?;
            if index % 16 == 0 {
                fixture.compare_with_rows()?;
            }
        }
        fixture.compare_with_rows()?;
        made_by_all.borrow_mut().extend(&fixture.made);
        Ok(())
    });
    outcome.unwrap();
    let missing: Vec<usize> = (0..KINDS).filter(|kind| !made.contains(kind)).collect();
    // A few cases need not make every kind.
    assert!(is_short || missing.is_empty(), "no unit makes the kinds {missing:?}");
}
