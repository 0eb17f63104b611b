#![allow(clippy::unwrap_used)]

use carillon_model::{
    contact::{Department, DepartmentProfile},
    day::Day,
    error::{Error, Result},
    fact::{Fact, Kind, Mention},
    id::{CorpId, DeptId},
    statistic::{Basis, Cumulative, Headcounts, RolledDay, RolledYear, SignIns, Summary},
    stored_form::StoredForm,
    time::Timestamp,
};
use rusqlite::Connection;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Blob, decode, decode_fact, encode};
use crate::{
    corp::Corp,
    fact::FactRow,
    migrate::migrate,
    state::State,
    statistic::FinalDay,
    tx::{Scope, Tx},
};

const DAY: Day = Day(20_251_009);
const YEAR: i32 = 2_025;

#[test]
fn decoding_errors_name_the_table() {
    let whole = encode(&Headcounts(vec![1, 300])).unwrap();
    assert_eq!(decode::<Headcounts>("stat_part", 0, &whole.bytes).unwrap(), Headcounts(vec![1, 300]));
    for version in [Headcounts::VERSION + 1, i64::MAX, -1] {
        let error = decode::<Headcounts>("stat_part", version, &whole.bytes).unwrap_err().to_string();
        assert!(error.contains("the table stat_part has a headcounts in form version"), "{error}");
    }
    for version in [Fact::VERSION + 1, i64::MAX, -1] {
        let error = decode_fact(Kind::Mention, version, &[1]).unwrap_err().to_string();
        assert!(error.contains("the table fact has a mention in form version"), "{error}");
    }
    let longer = [whole.bytes.as_slice(), &[0]].concat();
    for bytes in [&longer, &whole.bytes[..whole.bytes.len() - 1], &[], &[0xff; 40]] {
        let error = decode::<Headcounts>("stat_part", 0, bytes).unwrap_err().to_string();
        assert!(error.contains("the table stat_part has a headcounts"), "{error}");
    }
}

/// An example of a type that got a field.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Grown {
    new: u64,
    old: String,
}

#[derive(Serialize, Deserialize)]
struct GrownVersion0 {
    old: String,
}

impl StoredForm for Grown {
    const NAME: &'static str = "grown";
    const VERSION: i64 = 1;

    fn read<'de, D: Deserializer<'de>>(version: i64, form: D) -> std::result::Result<Self, D::Error> {
        match version {
            0 => GrownVersion0::deserialize(form).map(|before| Self { new: 0, old: before.old }),
            1 => Self::deserialize(form),
            _ => Err(D::Error::custom("no such version")),
        }
    }
}

#[test]
fn older_versions_are_read_beside_the_newest() {
    let before = postcard::to_allocvec(&GrownVersion0 { old: "a".to_owned() }).unwrap();
    assert_eq!(decode::<Grown>("t", 0, &before).unwrap(), Grown { new: 0, old: "a".to_owned() });
    let now = Grown { new: 7, old: "b".to_owned() };
    let Blob { version, bytes } = encode(&now).unwrap();
    assert_eq!((version, decode::<Grown>("t", 1, &bytes).unwrap()), (1, now));
    assert!(decode::<Grown>("t", 2, &bytes).is_err());
}

/// Reads a value of every table with forms. Returns the table, and whether the value was found.
fn read_all(tx: &mut Tx<'_>, corp: &CorpId) -> Vec<(&'static str, Result<bool>)> {
    let final_day = tx.final_day(corp, DAY).unwrap().unwrap();
    let mut facts = 0;
    let counted = tx.each_fact(corp, DAY, 0, |_| {
        facts += 1;
        Ok(())
    });
    vec![
        ("fact", counted.map(|()| facts == 1)),
        ("stat_part", tx.part::<Summary>(corp, DAY, final_day.seq).map(|part| part.is_some())),
        ("stat_part", tx.stored_cumulative(corp, DAY, final_day.cumulative).map(|part| part.is_some())),
        ("stat_part", tx.stored_sign_ins(corp, DAY, final_day.cumulative).map(|part| part.is_some())),
        ("stat_part", tx.last_basis(corp, DAY).map(|basis| basis.is_some())),
        ("stat_content", tx.tree_of(corp, &final_day.tree).map(|tree| tree.0.len() == 1)),
        ("stat_year_part", tx.organisation_year(corp, YEAR).map(|year| year.is_some())),
    ]
}

/// A newer version of the program can have the same schema and newer forms.
#[test]
fn errors_of_newer_forms_name_the_table() {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    let corp = CorpId::from("corp");
    let mut tx = Tx::writing(&connection, State::default(), Scope::Registry { added: None });
    fill(&mut tx, &corp).unwrap();
    for (table, read) in read_all(&mut tx, &corp) {
        assert!(read.unwrap(), "{table}");
    }
    for table in ["fact", "stat_part", "stat_content", "stat_year_part"] {
        let changed = connection.execute(&format!("UPDATE {table} SET form_version = 1"), []).unwrap();
        assert!(changed > 0, "{table}");
    }
    for (table, read) in read_all(&mut tx, &corp) {
        let error = read.unwrap_err().to_string();
        assert!(error.contains(&format!("the table {table} has ")) && error.contains("a newer"), "{error}");
    }
}

fn fill(tx: &mut Tx<'_>, corp: &CorpId) -> Result<()> {
    let now = Timestamp(1_760_000_000_000);
    tx.insert_corp(&Corp::new(corp.clone(), String::new(), now))?;
    let profile = DepartmentProfile::default();
    tx.insert_department(corp, &Department { id: DeptId::ROOT, parent_id: None, profile })?;
    let fact = Fact::from(Mention { count: 3 });
    tx.insert_internal_fact(corp, DAY, FactRow { at: now, member: None, fact: &fact })?;
    let key = tx.organisation_key(corp, DAY)?;
    let (tree, memberships) = tx.persist_organisation(corp, &key)?;
    let final_day = FinalDay {
        seq: 1,
        facts: 1,
        generated: 0,
        cumulative: 0,
        tree,
        memberships,
        rolled_at: now,
        pruned: false,
    };
    tx.finalize_day(corp, DAY, &final_day, &RolledDay::default())?;
    tx.persist_cumulative(corp, DAY, &Cumulative::default(), &Basis::default())?;
    tx.persist_sign_ins(corp, DAY, &SignIns::default())?;
    let version = tx.final_day(corp, DAY)?.ok_or_else(|| Error::internal("no day"))?.cumulative;
    tx.finalize_year(corp, YEAR, version, &RolledYear::default())
}
