//! Organisation and signature of units of work.

use carillon_model::{
    audit::{Actor, Change, Signature, Subject},
    chat::AutoReplies,
    contact::{Department, DepartmentProfile},
    id::{AccountId, CorpId, DeptId},
    time::Timestamp,
};
use carillon_store::{AuditFilter, Corp, Store, Tx};

const HOUR: Timestamp = Timestamp(3_600_000);

fn signature(action: &str) -> Signature {
    Signature { at: HOUR, actor: Actor::Server, action: action.to_owned(), request_id: "request".to_owned() }
}

struct Fixture {
    store: Store,
    first: CorpId,
    second: CorpId,
    folder: tempfile::TempDir,
}

fn start() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let [first, second] = ["first", "second"].map(CorpId::from);
    for corp in [&first, &second] {
        let corp = corp_of(corp);
        store.write_registry_blocking(signature("create"), move |tx| tx.insert_corp(&corp)).unwrap();
    }
    Fixture { store, first, second, folder }
}

fn corp_of(id: &CorpId) -> Corp {
    Corp::new(id.clone(), id.to_string(), Timestamp(0))
}

fn record_change(tx: &mut Tx<'_>, corp: &CorpId) {
    tx.changed(corp, Change::created(Subject::Corp, corp).with("name", "new"));
}

/// Returns action and request id of each entry of the audit trail.
fn trail(store: &Store, corp: &CorpId) -> Vec<(String, String)> {
    let rows =
        store.read_blocking(corp, |tx| tx.audits(corp, &AuditFilter::default(), i64::MAX, 10)).unwrap();
    rows.into_iter().map(|row| (row.signature.action, row.signature.request_id)).collect()
}

#[test]
fn the_writer_signs_the_changes_of_a_unit() {
    let Fixture { store, first, second, folder: _folder } = start();
    let of = first.clone();
    let work = move |tx: &mut Tx<'_>| {
        record_change(tx, &of);
        Ok(())
    };
    store.write_blocking(&first, signature("rename"), work).unwrap();
    assert_eq!(trail(&store, &first), [("rename".to_owned(), "request".to_owned())]);
    assert!(trail(&store, &second).is_empty());
}

#[test]
fn a_change_of_another_organisation_fails_the_unit() {
    let Fixture { store, first, second, folder: _folder } = start();
    // In the audit trail.
    let (own, other) = (first.clone(), second.clone());
    let work = move |tx: &mut Tx<'_>| {
        record_change(tx, &own);
        record_change(tx, &other);
        Ok(())
    };
    let error = store.write_blocking(&first, signature("rename"), work).unwrap_err();
    assert!(error.to_string().contains("second"), "{error}");
    // In rows only.
    let other = second.clone();
    let work = move |tx: &mut Tx<'_>| tx.next_number(&other, "agent");
    assert!(store.write_blocking(&first, signature("count"), work).is_err());
    // In rows and the snapshot.
    let other = second.clone();
    let root = Department { id: DeptId::ROOT, parent_id: None, profile: DepartmentProfile::default() };
    let work = move |tx: &mut Tx<'_>| tx.insert_department(&other, &root);
    assert!(store.write_blocking(&first, signature("add"), work).is_err());
    // From a unit of the registry, which may change only the organisation that it adds.
    let (third, other) = (corp_of(&CorpId::from("third")), first.clone());
    let work = move |tx: &mut Tx<'_>| {
        tx.insert_corp(&third)?;
        tx.next_number(&third.id, "agent")?;
        tx.next_number(&other, "agent")
    };
    assert!(store.write_registry_blocking(signature("create"), work).is_err());
    // Of an unknown organisation.
    let unknown = CorpId::from("unknown");
    let of = unknown.clone();
    assert!(
        store.write_blocking(&unknown, signature("count"), move |tx| tx.next_number(&of, "agent")).is_err()
    );

    assert!(trail(&store, &first).is_empty() && trail(&store, &second).is_empty());
    let state = store.state();
    assert_eq!(state.corps.len(), 2);
    assert!(state.corp(&second).unwrap().departments.is_empty());
    let of = second.clone();
    let first_number = move |tx: &mut Tx<'_>| tx.next_number(&of, "agent");
    assert_eq!(store.write_blocking(&second, signature("count"), first_number), Ok(1));
}

#[test]
fn a_change_in_a_read_fails_it() {
    let Fixture { store, first, folder: _folder, .. } = start();
    let result = store.read_blocking(&first, |tx| {
        record_change(tx, &first);
        Ok(())
    });
    assert!(result.unwrap_err().to_string().contains("nobody signs"));
    assert!(store.read_blocking(&first, |tx| tx.next_number(&first, "agent")).is_err());
    assert!(store.read_registry_blocking(|tx| tx.insert_corp(&corp_of(&CorpId::from("third")))).is_err());
    let replies = AutoReplies::default();
    let set = |tx: &mut Tx<'_>| tx.set_auto_replies(&first, &AccountId::from("account"), replies);
    assert!(store.read_blocking(&first, set).is_err());
    assert!(trail(&store, &first).is_empty());
}

#[test]
fn each_organisation_counts_its_own_commits() {
    let Fixture { store, first, second, folder: _folder } = start();
    let version = |corp: &CorpId| store.state().corp(corp).unwrap().version();
    let before = (version(&first), version(&second));
    let of = first.clone();
    store.write_blocking(&first, signature("count"), move |tx| tx.next_number(&of, "agent")).unwrap();
    assert_eq!((version(&first), version(&second)), (before.0 + 1, before.1));
    // A unit without changes, a dry run and a failed unit do not count.
    store.write_blocking(&first, signature("nothing"), |_| Ok(())).unwrap();
    let of = first.clone();
    store.dry_run_blocking(&first, signature("count"), move |tx| tx.next_number(&of, "agent")).unwrap();
    assert_eq!(version(&first), before.0 + 1);
    // A commit of another organisation does not change the version that a read sees.
    let seen = store.read_blocking(&first, |tx| {
        let of = second.clone();
        store.write_blocking(&second, signature("count"), move |tx| tx.next_number(&of, "agent"))?;
        Ok(tx.state().corp(&first)?.version())
    });
    assert_eq!(seen, Ok(before.0 + 1));
    assert_eq!(version(&second), before.1 + 1);
}
