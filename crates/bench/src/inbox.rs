//! A page of an inbox with many broadcasts, against a table with a row for each receiver, indexed for this query.

use anyhow::{Result, ensure};
use carillon_domain::inbox;
use carillon_model::id::{MemberNo, SendSeq};

use crate::{
    measure::{median_of, times, us},
    organisation::Organisation,
    rows,
};

const MEMBERS: u32 = 100_000;
const BROADCASTS: i64 = 2_000;
const PAGE: usize = 20;
const READS: usize = 501;

pub fn run() -> Result<()> {
    case("all to everybody", |_, _| true)?;
    case("each to one member in a hundred", |member, task| {
        // A spread without a pattern that a bitmap could exploit.
        (u64::from(member) * 2_654_435_761 + u64::try_from(task).unwrap_or_default() * 40_503) % 100 == 0
    })
}

fn case(name: &str, receives: fn(u32, i64) -> bool) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let organisation = Organisation::open(&folder.path().join("data"))?;
    let mut table = rows::table(folder.path())?;
    // The reader is a member who received enough of the newest broadcasts.
    let member =
        (1..=MEMBERS).find(|member| (1..=BROADCASTS).filter(|task| receives(*member, *task)).count() >= PAGE);
    let member = member.unwrap_or(1);
    for task in 1..=BROADCASTS {
        organisation.send((1..=MEMBERS).filter(|member| receives(*member, task)))?;
        // Leaving out the rows of other members favours the table.
        rows::insert(&mut table, task, Some(member).into_iter().filter(|member| receives(*member, task)))?;
    }
    let (corp, account) = (&organisation.corp, &organisation.account);
    let mut found = 0;
    let carillon = median_of(READS, || {
        let read = |tx: &mut carillon_store::Tx<'_>| {
            inbox::messages(tx, corp, MemberNo(member), account, None::<SendSeq>, PAGE)
        };
        found = organisation.store.read_blocking(corp, read)?.len();
        Ok(())
    })?;
    ensure!(found == PAGE, "a page of {found} messages");
    let baseline = median_of(READS, || rows::newest(&table, member, i64::try_from(PAGE)?).map(drop))?;
    println!(
        "  {PAGE} of {BROADCASTS} broadcasts, {name}: {:.0} µs with their contents (aim: 100), ids alone from rows {:.0} µs: \
         {:.1} times as long",
        us(carillon),
        us(baseline),
        times(carillon, baseline)
    );
    Ok(())
}
