#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use carillon_model::time::Timestamp;
use proptest::{collection::vec, prelude::*};
use rusqlite::Connection;

use super::*;
use crate::{corp::Corp, migrate::migrate, state::State, tx::Scope};

/// The number of different ids: several times as many as fit into all runs.
const IDS: u32 = 8_000;

#[derive(Clone, Debug)]
enum Change {
    Add(Vec<u32>),
    Remove(Vec<u32>),
}

fn change() -> impl Strategy<Value = Change> {
    let id = 0..IDS;
    prop_oneof![
        4 => vec(id.clone(), 1..3).prop_map(Change::Add),
        4 => vec(id.clone(), 1..2_000).prop_map(Change::Add),
        // Neighbours, as ids of one sender: their hashes are spread.
        2 => (id.clone(), 1..3_000_u32).prop_map(|(from, count)| Change::Add((from..from + count).collect())),
        1 => vec(id.clone(), 1..500).prop_map(Change::Remove),
        1 => (id, 1..3_000_u32).prop_map(|(from, count)| Change::Remove((from..from + count).collect())),
    ]
}

fn hashes(numbers: &[u32]) -> Vec<IdHash> {
    let hashes: BTreeSet<IdHash> = numbers.iter().map(|number| id_hash(&number.to_string())).collect();
    hashes.into_iter().collect()
}

fn with_corps(work: impl FnOnce(&mut Tx<'_>, &Connection)) {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    let mut state = State::default();
    for corp in ["a", "b"] {
        let mut tx = Tx::writing(&connection, state, Scope::Registry { added: None });
        tx.insert_corp(&Corp::new(CorpId::from(corp), String::new(), Timestamp(0))).unwrap();
        state = tx.into_finished().state;
    }
    work(&mut Tx::writing(&connection, state, Scope::Corp(CorpId::from("a"))), &connection);
}

/// All ids of an organisation. Checks that its parts are sorted, within their bounds, and of the promised size.
fn stored(connection: &Connection, corp: &str) -> Vec<IdHash> {
    let mut statement = connection
        .prepare("SELECT run, first, hashes FROM fact_id WHERE corp_id = ?1 ORDER BY run, first")
        .unwrap();
    let rows = statement.query_map([corp], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let parts: Vec<(i64, Vec<u8>, Vec<u8>)> = rows.map(Result::unwrap).collect();
    let mut all = Vec::new();
    for (index, (run, first, hashes)) in parts.iter().enumerate() {
        let (ids, rest) = hashes.as_chunks::<HASH_BYTES>();
        assert!(rest.is_empty() && (1..=PART_IDS).contains(&ids.len()), "{}", hashes.len());
        let next = parts.get(index + 1).filter(|(next, ..)| next == run);
        let is_before_next = |id: &[u8]| next.is_none_or(|(_, next, _)| id < &next[..]);
        assert!(ids.iter().all(|id| id[..] >= first[..] && is_before_next(id)));
        assert!(ids.is_sorted());
        all.extend_from_slice(ids);
    }
    for run in 1..=LAST_RUN {
        let of_run = parts.iter().filter(|(of, ..)| *of == run).map(|(.., ids)| ids.len() / HASH_BYTES);
        assert!(of_run.sum::<usize>() <= capacity(run), "run {run}");
    }
    all.sort();
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_set_has_what_was_added_and_not_removed(changes in vec(change(), 1..25)) {
        with_corps(|tx, connection| {
            let corp = CorpId::from("a");
            let mut expected = BTreeSet::new();
            for change in &changes {
                match change {
                    Change::Add(numbers) => {
                        let ids = hashes(numbers);
                        let is_new: Vec<bool> = ids.iter().map(|id| expected.insert(*id)).collect();
                        assert_eq!(tx.add_fact_ids(&corp, &ids).unwrap(), is_new);
                    }
                    Change::Remove(numbers) => {
                        let ids = hashes(numbers);
                        expected.retain(|id| ids.binary_search(id).is_err());
                        tx.remove_fact_ids(&corp, &ids).unwrap();
                    }
                }
                assert!(stored(connection, "a").iter().eq(&expected));
            }
            assert!(stored(connection, "b").is_empty());
        });
    }
}

#[test]
fn single_ids_collect_in_few_runs() {
    with_corps(|tx, connection| {
        let corp = CorpId::from("a");
        for number in 0..2_000 {
            assert_eq!(tx.add_fact_ids(&corp, &hashes(&[number])).unwrap(), [true]);
            assert!(tx.fact_id_runs(&corp).unwrap().len() <= usize::try_from(LAST_RUN).unwrap() + 1);
        }
        assert_eq!(stored(connection, "a").len(), 2_000);
        let main = "SELECT count(*) FROM fact_id WHERE run = 0";
        assert!(connection.query_row(main, [], |row| row.get::<_, i64>(0)).unwrap() > 0);
    });
}
