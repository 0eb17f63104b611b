use carillon_domain::send::INDEXED_AT_MOST;
use carillon_model::{
    id::{DeptId, SendSeq},
    settings::SendSettings,
    time::Timestamp,
};

use crate::send::fixture::{SendFixture, numbers, to_all, to_departments, to_users};

const ROOT: DeptId = DeptId::ROOT;

/// A restart loads the snapshot that was maintained beside the rows.
fn is_fresh(fixture: &mut SendFixture) {
    let stored = fixture.state();
    let loaded = fixture.reopen();
    let broadcasts = |state: &carillon_store::State| state.corp(&fixture.corp).unwrap().broadcasts.clone();
    assert_eq!(broadcasts(&stored), broadcasts(&loaded));
    assert!(stored == loaded);
}

#[test]
fn a_restart_loads_the_stored_snapshot() {
    let mut fixture = SendFixture::new();
    let east = fixture.department(ROOT);
    let members = fixture.members(east, usize::try_from(INDEXED_AT_MOST).unwrap() + 3);
    let first = fixture.account.clone();
    let other = fixture.add_account("别的").unwrap();
    let mut tasks = Vec::new();
    for (number, member) in members.iter().take(4).enumerate() {
        for account in [&first, &other] {
            fixture.account = account.clone();
            let large = fixture.send_text(&format!("大{number}"), to_all()).unwrap();
            let small = fixture.send_text(&format!("小{number}"), to_users(&[member])).unwrap();
            tasks.extend([(account.clone(), large), (account.clone(), small)]);
        }
    }
    fixture.account = first;
    is_fresh(&mut fixture);
    assert_eq!(fixture.broadcasts().len(), 4);
    // From the middle, then the newest, then the oldest, then the rest.
    tasks.rotate_left(5);
    for (account, task) in tasks {
        fixture.recall_of(&account, &task).unwrap();
        is_fresh(&mut fixture);
    }
    assert!(fixture.inbox(&members[0]).is_empty());
    assert_eq!(fixture.reached("再", to_all()), numbers(&members));
    is_fresh(&mut fixture);
}

#[test]
fn a_restart_finds_the_original_audience() {
    let mut fixture = SendFixture::new();
    let (east, west) = (fixture.department(ROOT), fixture.department(ROOT));
    let members = fixture.members(east, usize::try_from(INDEXED_AT_MOST).unwrap() + 5);
    let seq = fixture.seq(&fixture.send_text("早", to_departments(&[east])).unwrap());
    fixture.place(&members[3], &[west]);
    fixture.remove(&members[4]);
    let late = fixture.member(east);
    is_fresh(&mut fixture);
    assert_eq!(fixture.broadcasts(), [(seq, numbers(&members))]);
    assert_eq!(fixture.inbox(&members[3]), [seq]);
    assert!(fixture.inbox(&late).is_empty());
}

#[test]
fn members_find_a_send_whether_it_is_indexed_or_not() {
    let mut fixture = SendFixture::new();
    let few = fixture.department(ROOT);
    let members = fixture.members(few, usize::try_from(INDEXED_AT_MOST).unwrap());
    let one_more = fixture.member(ROOT);
    let indexed = fixture.seq(&fixture.send_text("少", to_departments(&[few])).unwrap());
    assert!(fixture.broadcasts().is_empty(), "at the limit it is indexed");
    let by_bitmap = fixture.seq(&fixture.send_text("多", to_all()).unwrap());
    assert!(by_bitmap > indexed);
    let everybody = members.iter().chain([&one_more]);
    assert_eq!(fixture.broadcasts(), [(by_bitmap, numbers(everybody))], "one past it is not");
    for reopened in [false, true] {
        if reopened {
            fixture.reopen();
        }
        for member in [&members[0], &members[10], &members[members.len() - 1]] {
            assert_eq!(fixture.indexed(member), [indexed]);
            assert_eq!(fixture.inbox(member), [by_bitmap, indexed]);
        }
        assert!(fixture.indexed(&one_more).is_empty());
        assert_eq!(fixture.inbox(&one_more), [by_bitmap]);
    }
    // Skipped receivers do not count: the final audience decides.
    let rest = fixture.send_text("少", to_all()).unwrap();
    assert_eq!(fixture.audience(&rest), numbers([&one_more]));
    assert_eq!(fixture.indexed(&one_more), [fixture.seq(&rest)]);
    assert_eq!(fixture.broadcasts().len(), 1);
}

#[test]
fn indexed_sends_come_newest_first_and_in_pages() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let seqs: Vec<_> = (0..5)
        .map(|number| fixture.seq(&fixture.send_text(&format!("文{number}"), to_all()).unwrap()))
        .collect();
    let page = |before, limit| {
        fixture.read(|tx, corp| tx.indexed_sends(corp, member.no, &fixture.account, before, limit)).unwrap()
    };
    assert_eq!(page(SendSeq(i64::MAX), 2), [seqs[4], seqs[3]]);
    assert_eq!(page(seqs[3], 2), [seqs[2], seqs[1]]);
    assert_eq!(page(seqs[1], 2), [seqs[0]]);
    assert!(page(seqs[0], 2).is_empty());
    let row = fixture.read(|tx, corp| tx.send_at(corp, seqs[2])).unwrap().unwrap();
    assert_eq!((row.seq, row.receivers), (seqs[2], 1));
    assert!(fixture.read(|tx, corp| tx.send_at(corp, SendSeq(4711))).unwrap().is_none());
}

#[test]
fn a_read_sees_rows_and_snapshot_of_the_same_commit() {
    let fixture = SendFixture::with(SendSettings { daily_receivers_factor: 0, ..SendSettings::default() });
    fixture.members(ROOT, usize::try_from(INDEXED_AT_MOST).unwrap() + 1);
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| {
            for number in 0..150 {
                fixture.send_text(&format!("文{number}"), to_all()).unwrap();
            }
        });
        while !sending.is_finished() {
            let (rows, snapshot) = fixture
                .read(|tx, corp| {
                    let rows = tx.sends_since(corp, &fixture.account, Timestamp(0))?;
                    let timeline = tx.state().corp(corp)?.broadcasts.get(&fixture.account);
                    Ok((rows, timeline.map_or(0, |timeline| timeline.iter().count())))
                })
                .unwrap();
            assert_eq!(usize::try_from(rows), Ok(snapshot));
        }
    });
    assert_eq!(fixture.count(), 150);
}
