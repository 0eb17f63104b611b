use carillon_model::{
    contact::Member,
    id::{DeptId, SendSeq},
};

use crate::send::fixture::{Numbers, SendFixture, numbers, to_all};

const ROOT: DeptId = DeptId::ROOT;

fn read(fixture: &SendFixture, seq: SendSeq, member: &Member) {
    let member = member.no;
    fixture.write(move |tx, _, corp| tx.insert_receipt(corp, seq, member)).unwrap();
}

fn readers(fixture: &SendFixture, seq: SendSeq) -> Numbers {
    fixture.read(|tx, corp| tx.readers_of(corp, seq)).unwrap().iter().map(|member| member.0).collect()
}

fn fold(fixture: &SendFixture, seq: SendSeq) {
    fixture.write(move |tx, _, corp| tx.fold_receipts(corp, seq)).unwrap();
}

fn to_fold(fixture: &SendFixture, at_least: i64, limit: i64) -> Vec<SendSeq> {
    fixture.read(|tx, corp| tx.sends_to_fold(corp, at_least, limit)).unwrap()
}

#[test]
fn a_reader_counts_once_folded_or_not() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 4);
    let [a, b, c, d] = &members[..] else { panic!() };
    let seq = fixture.seq(&fixture.tell("早", to_all()).unwrap());
    let other = fixture.seq(&fixture.tell("晚", to_all()).unwrap());
    assert!(readers(&fixture, seq).is_empty());
    for member in [b, a, b, b] {
        read(&fixture, seq, member);
    }
    read(&fixture, other, d);
    assert_eq!(readers(&fixture, seq), numbers([a, b]));
    fold(&fixture, seq);
    assert_eq!(readers(&fixture, seq), numbers([a, b]), "folding changes nothing to be seen");
    assert_eq!(readers(&fixture, other), numbers([d]), "nor the readers of another send");
    read(&fixture, seq, a);
    read(&fixture, seq, c);
    assert_eq!(readers(&fixture, seq), numbers([a, b, c]));
    fold(&fixture, seq);
    fold(&fixture, seq);
    fixture.reopen();
    assert_eq!(readers(&fixture, seq), numbers([a, b, c]));
    assert_eq!(to_fold(&fixture, 1, 10), [other]);
}

#[test]
fn sends_are_folded_from_a_number_of_receipts_on() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 3);
    let (first, second) = (
        fixture.seq(&fixture.tell("早", to_all()).unwrap()),
        fixture.seq(&fixture.tell("晚", to_all()).unwrap()),
    );
    let corp = fixture.corp.clone();
    assert!(to_fold(&fixture, 1, 10).is_empty());
    members.iter().for_each(|member| read(&fixture, first, member));
    members[..2].iter().for_each(|member| read(&fixture, second, member));
    read(&fixture, second, &members[0]);
    assert!(to_fold(&fixture, 4, 10).is_empty());
    assert_eq!(to_fold(&fixture, 3, 10), [first]);
    assert_eq!(to_fold(&fixture, 2, 10), [first, second]);
    assert_eq!(to_fold(&fixture, 2, 1).len(), 1);
    fold(&fixture, first);
    assert_eq!(to_fold(&fixture, 2, 10), [second]);
    assert_eq!(readers(&fixture, first), numbers(&members));

    // Another organisation's sends have the same places.
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    let member = fixture.member(ROOT);
    let own = fixture.seq(&fixture.tell("早", to_all()).unwrap());
    assert_eq!(own, first);
    assert!(readers(&fixture, own).is_empty());
    read(&fixture, own, &member);
    fold(&fixture, own);
    assert_eq!(readers(&fixture, own), numbers([&member]));
    assert!(to_fold(&fixture, 1, 10).is_empty());
    fixture.corp = corp;
    assert_eq!(to_fold(&fixture, 2, 10), [second]);
}

#[test]
fn the_read_mark_only_moves_forward() {
    let mut fixture = SendFixture::new();
    let (a, b) = (fixture.member(ROOT), fixture.member(ROOT));
    let other = fixture.add_account("别的").unwrap();
    let mark = |fixture: &SendFixture, member: &Member| {
        fixture.read(|tx, corp| tx.read_mark(corp, member.no, &fixture.account)).unwrap()
    };
    assert_eq!(mark(&fixture, &a), SendSeq(0));
    for (seq, expected) in [(5, 5), (3, 5), (5, 5), (6, 6)] {
        let (no, account) = (a.no, fixture.account.clone());
        fixture.write(move |tx, _, corp| tx.set_read_mark(corp, no, &account, SendSeq(seq))).unwrap();
        assert_eq!(mark(&fixture, &a), SendSeq(expected));
    }
    assert_eq!(mark(&fixture, &b), SendSeq(0));
    fixture.account = other;
    assert_eq!(mark(&fixture, &a), SendSeq(0));
}
