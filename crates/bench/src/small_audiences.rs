//! Which audiences count as small: index rows cost the sender, bitmaps cost every reader who is not in them.

use std::time::Duration;

use anyhow::Result;
use carillon_domain::{inbox, send::INDEXED_AT_MOST};
use carillon_model::id::{MemberNo, SendSeq};

use crate::{
    measure::{median_of, us},
    organisation::Organisation,
};

const SENDS: usize = 101;
const READS: usize = 501;
const PAGE: usize = 20;
const MANY: u32 = 100_000;
const MEMBERS: u32 = 100_000;

pub fn run() -> Result<()> {
    println!("  audiences of up to {INDEXED_AT_MOST} members are indexed member by member");
    for size in [16, 64, 256, 1_024, 4_096] {
        let [indexed, bitmap] = [true, false].map(|indexed| costs(size, indexed));
        let ((send_indexed, read_indexed), (send_bitmap, read_bitmap)) = (indexed?, bitmap?);
        println!(
            "  {SENDS} sends to {size}: a send {:.0} µs indexed, {:.0} µs as a bitmap; an outsider's page {:.0} µs and {:.0} µs",
            us(send_indexed),
            us(send_bitmap),
            us(read_indexed),
            us(read_bitmap)
        );
    }
    for size in [16, 64] {
        let [indexed, bitmap] = [true, false].map(|indexed| costs_after_many_sends(size, indexed));
        let ((send_indexed, read_indexed), (send_bitmap, read_bitmap)) = (indexed?, bitmap?);
        println!(
            "  after {MANY} sends to {size}: a send {:.0} µs indexed, {:.0} µs as a bitmap; an outsider's page {:.0} µs and {:.0} µs",
            us(send_indexed),
            us(send_bitmap),
            us(read_indexed),
            us(read_bitmap)
        );
    }
    Ok(())
}

/// The costs in an organisation with many small sends, most of which are not in memory.
fn costs_after_many_sends(size: u32, indexed: bool) -> Result<(Duration, Duration)> {
    let folder = tempfile::tempdir()?;
    let organisation = Organisation::open(&folder.path().join("data"))?;
    let audience =
        |number: u32| (0..size).map(move |index| MemberNo(1 + (number * 31 + index * 7) % MEMBERS)).collect();
    let numbers: Vec<u32> = (0..MANY).collect();
    for part in numbers.chunks(1_000) {
        organisation.store_sends(part.iter().copied().map(audience).collect(), indexed)?;
    }
    measure_costs(&organisation, size, indexed)
}

/// The times of a send, and of a page for a member who received nothing, which checks every bitmap.
fn costs(size: u32, indexed: bool) -> Result<(Duration, Duration)> {
    let folder = tempfile::tempdir()?;
    measure_costs(&Organisation::open(&folder.path().join("data"))?, size, indexed)
}

fn measure_costs(organisation: &Organisation, size: u32, indexed: bool) -> Result<(Duration, Duration)> {
    let mut first = 1;
    let send = median_of(SENDS, || {
        first += 1;
        organisation.store_send((0..size).map(|index| first + index * 7), indexed)
    })?;
    let (corp, account, outsider) = (&organisation.corp, &organisation.account, MemberNo(0));
    let read = median_of(READS, || {
        organisation
            .store
            .read_blocking(corp, |tx| inbox::messages(tx, corp, outsider, account, None::<SendSeq>, PAGE))
            .map(drop)
            .map_err(Into::into)
    })?;
    Ok((send, read))
}
