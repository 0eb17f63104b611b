//! Checkpoints under overlapping reads, at the limits of log and time, when idle, and after a crash.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    time::Instant,
};

use carillon_model::{
    audit::{Actor, Signature},
    error::Rule,
    id::CorpId,
    settings::StorageSettings,
    time::Timestamp,
};

use super::*;
use crate::{corp::Corp, store::Store, tx::Tx};

/// The smallest number of bytes that a commit of these tests writes.
const COMMIT_BYTES: usize = 256 << 10;
const MEGABYTE: u64 = 1 << 20;

fn open(folder: &Path, log_limit_mb: u64, read_seconds: u64) -> Store {
    let store = Store::open_with(
        folder,
        &StorageSettings { log_limit_mb, read_seconds, ..StorageSettings::default() },
    )
    .unwrap();
    if store.state().corps.is_empty() {
        let corp = Corp::new(corp(), String::new(), Timestamp(0));
        store.write_registry_blocking(signature(), move |tx| tx.insert_corp(&corp)).unwrap();
    }
    store
}

fn corp() -> CorpId {
    CorpId::from("corp")
}

fn signature() -> Signature {
    Signature { at: Timestamp(0), actor: Actor::Server, action: "test".to_owned(), request_id: String::new() }
}

fn write(store: &Store, number: i64) {
    let written = store.write_blocking(&corp(), signature(), move |tx| {
        let name = (number % 8).to_string().repeat(COMMIT_BYTES);
        tx.execute(
            "INSERT INTO counter (corp_id, name, value) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, name) DO UPDATE SET name = ?2, value = ?3",
            &["corp".into(), name.as_str().into(), number.into()],
        )
    });
    assert_eq!(written, Ok(1));
}

fn log_size(folder: &Path) -> u64 {
    Checkpointer::new(&folder.join("carillon.db")).log_size()
}

fn endless_read(tx: &mut Tx<'_>) -> Result<Option<i64>> {
    let sql = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n FROM n WHERE n < 0";
    tx.one(sql, &[], |row| row.get(0))
}

#[test]
fn the_log_stays_small_while_reads_overlap() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 64, 30);
    let (a_began, b_sees_a) = mpsc::channel();
    let (b_began, a_sees_b) = mpsc::channel();
    let written = AtomicBool::new(false);
    let (store, written) = (&store, &written);
    std::thread::scope(|scope| {
        // Each read ends once the next one, of the other thread, has begun.
        scope.spawn(move || {
            while !written.load(Ordering::Relaxed) {
                let read = store.read_blocking(&corp(), |_| {
                    let _ = a_began.send(());
                    Ok(a_sees_b.recv())
                });
                read.unwrap().unwrap();
            }
        });
        scope.spawn(move || {
            let mut a_reads = b_sees_a.recv();
            while a_reads.is_ok() {
                let read = store.read_blocking(&corp(), |_| {
                    let _ = b_began.send(());
                    Ok(b_sees_a.recv())
                });
                a_reads = read.unwrap();
            }
        });
        let writing = scope.spawn(|| {
            let sizes = (0..300).map(|number| {
                write(store, number);
                log_size(folder.path())
            });
            sizes.max()
        });
        let largest = writing.join();
        written.store(true, Ordering::Relaxed);
        // In all, more than twice the limit was written.
        let largest = largest.unwrap().unwrap();
        assert!(largest < 64 * MEGABYTE, "{largest}");
    });
}

#[test]
fn a_read_that_holds_the_log_at_its_limit_ends_with_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 24, 60);
    let (began, wait) = mpsc::channel();
    let mut largest = 0;
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| {
            store.read_blocking(&corp(), |tx| {
                let _ = began.send(());
                endless_read(tx)
            })
        });
        wait.recv().unwrap();
        for number in 0..150 {
            write(&store, number);
            largest = largest.max(log_size(folder.path()));
        }
        assert_eq!(reading.join().unwrap(), Err(Rule::Overloaded.into()));
    });
    assert!(largest < 25 * MEGABYTE, "{largest}");
    // The connection can be used again.
    assert_eq!(store.read_blocking(&corp(), |tx| Ok(tx.state().corps.len())), Ok(1));
}

#[test]
fn a_read_ends_after_its_time_limit() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 64, 1);
    assert_eq!(store.read_blocking(&corp(), endless_read), Err(Rule::Overloaded.into()));
    // Also if the work ignores the error.
    let ignoring = store.read_blocking(&corp(), |tx| Ok(endless_read(tx).is_err()));
    assert_eq!(ignoring, Err(Rule::Overloaded.into()));
    assert_eq!(store.read_blocking(&corp(), |tx| Ok(tx.state().corps.len())), Ok(1));
}

#[test]
fn the_log_is_emptied_when_idle_and_removed_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 64, 30);
    for round in 0..2 {
        write(&store, round);
        assert!(log_size(folder.path()) > 0);
        let began = Instant::now();
        while log_size(folder.path()) > 0 {
            assert!(began.elapsed() < Duration::from_secs(60));
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    write(&store, 9);
    store.read_blocking(&corp(), |_| Ok(())).unwrap();
    drop(store);
    assert!(!folder.path().join("carillon.db-wal").exists());
}

#[test]
fn a_start_copies_the_log_of_a_crash_into_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 64, 30);
    let crashed = tempfile::tempdir().unwrap();
    let copied = store.read_blocking(&corp(), |_| {
        // While a read is open, all of it stays in the log.
        for number in 0..8 {
            write(&store, number);
        }
        // A copy of the files is what a crash leaves.
        for name in ["carillon.db", "carillon.db-wal"] {
            std::fs::copy(folder.path().join(name), crashed.path().join(name)).unwrap();
        }
        Ok(())
    });
    copied.unwrap();
    assert!(log_size(crashed.path()) > 0);
    let store = open(crashed.path(), 64, 30);
    assert_eq!(log_size(crashed.path()), 0);
    let found = store.read_blocking(&corp(), |tx| {
        tx.one("SELECT count(*) FROM counter WHERE value < 8 AND name > ?1", &["0".into()], |row| {
            row.get::<i64>(0)
        })
    });
    assert!(found.unwrap() >= Some(8));
}
