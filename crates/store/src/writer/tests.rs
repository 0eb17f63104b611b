//! Groups of units, and the state after failed commits.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use carillon_model::{
    audit::{Actor, Signature},
    contact::{Department, DepartmentProfile},
    error::Error,
    id::{DeptId, MemberNo},
    time::Timestamp,
};
use rusqlite::config::DbConfig;

use crate::{corp::Corp, due::DueWork, store::Store};

use super::*;

const UNITS: i64 = 8;

/// Blocks the writer until the returned barrier is passed.
fn block_writer(store: &Arc<Store>) -> (Arc<Barrier>, std::thread::JoinHandle<()>) {
    let (begun, released) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (held, in_unit, until) = (Arc::clone(store), Arc::clone(&begun), Arc::clone(&released));
    let blocking = std::thread::spawn(move || {
        let held = held.write_registry_blocking(signature(), move |_| {
            in_unit.wait();
            until.wait();
            Ok(())
        });
        held.unwrap();
    });
    begun.wait();
    (released, blocking)
}

fn count(store: &Store) -> i64 {
    let count = store.read_registry_blocking(|tx| tx.one("SELECT count(*) FROM corp", &[], |row| row.get(0)));
    count.unwrap().unwrap()
}

fn signature() -> Signature {
    Signature { at: Timestamp(0), actor: Actor::Server, action: "test".to_owned(), request_id: String::new() }
}

fn insert(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    tx.insert_corp(&Corp::new(CorpId::from(number.to_string()), String::new(), Timestamp(0)))
}

/// A long unit is committed, and its caller gets the result, before the next unit begins, although all of them wait at the same
/// time.
#[test]
fn a_unit_waits_for_no_more_than_the_group_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let (released, blocking) = block_writer(&store);
    let units: Vec<_> = (0..UNITS)
        .map(|number| {
            let seen = Arc::clone(&store);
            let mut unit = Box::pin({
                let store = Arc::clone(&store);
                async move {
                    let done = store.write_registry(signature(), move |tx| {
                        insert(tx, number)?;
                        std::thread::sleep(GROUP_TIME);
                        Ok(count(&seen))
                    });
                    done.await
                }
            });
            // The first poll puts the unit into the queue.
            assert!(unit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            unit
        })
        .collect();
    released.wait();
    blocking.join().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen: Vec<i64> = units.into_iter().map(|unit| runtime.block_on(unit).unwrap()).collect();
    assert_eq!(seen, (0..UNITS).collect::<Vec<_>>(), "the units that were committed before each");
}

#[test]
fn a_unit_without_a_caller_is_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path()).unwrap());
    let (released, blocking) = block_writer(&store);
    for number in 0..UNITS {
        let mut unit = Box::pin(store.write_registry(signature(), move |tx| insert(tx, number)));
        let polled = unit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending));
    }
    released.wait();
    blocking.join().unwrap();
    store.write_registry_blocking(signature(), |tx| insert(tx, UNITS)).unwrap();
    assert_eq!(count(&store), 1);
}

/// A way in which a commit fails.
#[derive(Clone, Copy, Debug)]
enum Failure {
    /// `COMMIT` fails and leaves the transaction open.
    Open,
    /// The engine has rolled back the transaction, as it may when the disk is full.
    RolledBack,
}

/// Makes the commit of this unit fail.
fn fail_commit(tx: &Tx<'_>, failure: Failure) {
    let connection = tx.connection();
    match failure {
        Failure::Open => {
            connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true).unwrap();
            connection.execute("INSERT INTO child (parent_id) VALUES (7)", []).unwrap();
        }
        Failure::RolledBack => connection.execute_batch("ROLLBACK").unwrap(),
    }
}

/// A store in which commits can fail.
fn open(folder: &std::path::Path) -> Arc<Store> {
    let store = Arc::new(Store::open(folder).unwrap());
    let connection = Connection::open(store.paths().database()).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS parent (id INTEGER PRIMARY KEY);
             CREATE TABLE IF NOT EXISTS child (
                 parent_id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED
             );",
        )
        .unwrap();
    store
}

fn corp() -> CorpId {
    CorpId::from("0")
}

fn insert_department(tx: &mut Tx<'_>, corp: &CorpId, number: i64) -> Result<()> {
    let parent_id = (number > 1).then_some(DeptId::ROOT);
    tx.insert_department(
        corp,
        &Department { id: DeptId(number), parent_id, profile: DepartmentProfile::default() },
    )
}

/// Returns the number of departments in rows and snapshot, and the versions of both.
fn departments(tx: &mut Tx<'_>, corp: &CorpId) -> Result<(i64, i64, i64, i64)> {
    let rows =
        tx.one("SELECT count(*) FROM department WHERE corp_id = ?1", &[corp.into()], |row| row.get(0))?;
    let version = tx.version_of_rows(Some(corp))?;
    let state = tx.state().corp(corp)?;
    Ok((rows.unwrap_or_default(), i64::try_from(state.departments.len()).unwrap(), version, state.version))
}

#[test]
fn a_failed_commit_leaves_no_changes_and_the_next_one_succeeds() {
    for failure in [Failure::Open, Failure::RolledBack] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        store.write_registry_blocking(signature(), |tx| insert(tx, 0)).unwrap();
        store.write_blocking(&corp(), signature(), |tx| insert_department(tx, &corp(), 1)).unwrap();
        let before = State::clone(&store.state());
        store.due_times().take(&corp());
        let (mut events, mut notices) = (store.subscribe(), store.notices());

        let failed = store.write_blocking(&corp(), signature(), move |tx| {
            insert_department(tx, &corp(), 2)?;
            tx.next_number(&corp(), "kind")?;
            tx.announce(LiveEvent::SessionsEnded { corp: corp(), member: MemberNo(1), session: None });
            tx.becomes_due(&corp(), DueWork::Days, Timestamp(1));
            fail_commit(tx, failure);
            Ok(())
        });
        assert!(matches!(failed, Err(Error::Internal(_))), "{failure:?}: {failed:?}");
        assert_eq!(State::clone(&store.state()), before, "{failure:?}");
        assert_eq!(store.read_blocking(&corp(), |tx| departments(tx, &corp())), Ok((1, 1, 2, 2)));
        assert!(events.try_recv().is_err() && notices.try_recv().is_err(), "no event and no notice was sent");
        assert!(store.due_times().corps().is_empty());

        let number = store.write_blocking(&corp(), signature(), |tx| {
            insert_department(tx, &corp(), 2)?;
            tx.next_number(&corp(), "kind")
        });
        assert_eq!(number, Ok(1), "{failure:?}: the number was not used up");
        assert_eq!(store.read_blocking(&corp(), |tx| departments(tx, &corp())), Ok((2, 2, 3, 3)));
        let after = State::clone(&store.state());
        drop(store);
        assert_eq!(State::clone(&Store::open(folder.path()).unwrap().state()), after, "{failure:?}");
    }
}

/// All units wait at the same time. Whatever groups they form, one group fails as a whole.
#[test]
fn units_of_a_failed_commit_return_its_error() {
    for failure in [Failure::Open, Failure::RolledBack] {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path());
        let (released, blocking) = block_writer(&store);
        let units: Vec<_> = (0..UNITS)
            .map(|number| {
                let mut unit = Box::pin(store.write_registry(signature(), move |tx| {
                    if number == 0 {
                        // The group of the blocking unit ends first.
                        std::thread::sleep(GROUP_TIME);
                    }
                    insert(tx, number)?;
                    if number == UNITS / 2 {
                        fail_commit(tx, failure);
                    }
                    Ok(())
                }));
                assert!(unit.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
                unit
            })
            .collect();
        released.wait();
        blocking.join().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let results: Vec<bool> = units.into_iter().map(|unit| runtime.block_on(unit).is_ok()).collect();
        assert!(!results[usize::try_from(UNITS / 2).unwrap()], "{failure:?}");
        assert!(results[0], "{failure:?}: it was in another group");
        for (number, is_ok) in results.into_iter().enumerate() {
            let id = CorpId::from(number.to_string());
            let rows = store
                .read_registry_blocking(|tx| {
                    tx.exists("SELECT 1 FROM corp WHERE corp_id = ?1", &[(&id).into()])
                })
                .unwrap();
            let in_snapshot = store.state().corps.contains_key(&id);
            assert_eq!((rows, in_snapshot), (is_ok, is_ok), "{failure:?}: unit {number}");
        }
    }
}

#[test]
fn readers_see_rows_and_snapshot_of_one_version_while_commits_succeed_and_fail() {
    const READERS: usize = 8;
    const COMMITS: i64 = 200;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let corps = [CorpId::from("0"), CorpId::from("1")];
    for number in [0, 1] {
        store.write_registry_blocking(signature(), move |tx| insert(tx, number)).unwrap();
    }
    let (writing, reads) = (AtomicUsize::new(corps.len()), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for corp in &corps {
            let (store, writing) = (&store, &writing);
            scope.spawn(move || {
                for number in 1..=COMMITS {
                    let fails = match number % 20 {
                        7 => Some(Failure::Open),
                        13 => Some(Failure::RolledBack),
                        _ => None,
                    };
                    if let Some(failure) = fails {
                        let of = corp.clone();
                        let failed = store.write_blocking(corp, signature(), move |tx| {
                            insert_department(tx, &of, number)?;
                            fail_commit(tx, failure);
                            Ok(())
                        });
                        assert!(failed.is_err());
                    }
                    // The other organisation's commit may have failed with this one in it.
                    while {
                        let of = corp.clone();
                        store
                            .write_blocking(corp, signature(), move |tx| insert_department(tx, &of, number))
                            .is_err()
                    } {}
                }
                writing.fetch_sub(1, Ordering::SeqCst);
            });
        }
        for reader in 0..READERS {
            let (store, corp, writing, reads) = (&store, &corps[reader % 2], &writing, &reads);
            scope.spawn(move || {
                let mut newest = 0;
                while writing.load(Ordering::SeqCst) > 0 {
                    let (rows, snapshot, row_version, version) =
                        store.read_blocking(corp, |tx| departments(tx, corp)).unwrap();
                    assert_eq!((rows, row_version), (snapshot, version));
                    assert_eq!(rows + 1, version, "each commit but the first added one department");
                    assert!(version >= newest, "an older version after a newer one");
                    newest = version;
                    reads.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert!(reads.into_inner() > READERS);
    for corp in &corps {
        let read = store.read_blocking(corp, |tx| departments(tx, corp));
        assert_eq!(read, Ok((COMMITS, COMMITS, COMMITS + 1, COMMITS + 1)));
    }
    let after = State::clone(&store.state());
    drop(store);
    assert_eq!(State::clone(&Store::open(folder.path()).unwrap().state()), after);
}
