use carillon_domain::inbox;
use carillon_model::{
    contact::Member,
    id::{DeptId, SendSeq},
};

use crate::send::fixture::{Numbers, SendFixture, numbers, to_all};

const ROOT: DeptId = DeptId::ROOT;

fn read(fixture: &SendFixture, seq: SendSeq, member: &Member) {
    let member = member.no;
    fixture.write(move |tx, env, corp| tx.insert_receipt(corp, seq, member, env.now())).unwrap();
}

fn readers(fixture: &SendFixture, seq: SendSeq) -> Numbers {
    fixture.read(|tx, corp| tx.readers_of(corp, seq)).unwrap().iter().map(|member| member.0).collect()
}

fn fold(fixture: &SendFixture, seq: SendSeq) {
    assert!(!fixture.write(move |tx, _, corp| inbox::fold_receipts(tx, corp, seq)).unwrap());
}

fn to_fold(fixture: &SendFixture) -> Vec<SendSeq> {
    fixture.read(inbox::sends_to_fold).unwrap()
}

#[test]
fn a_reader_counts_once_folded_or_not() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 4);
    let [a, b, c, d] = &members[..] else { panic!() };
    let seq = fixture.seq(&fixture.send_text("早", to_all()).unwrap());
    let other = fixture.seq(&fixture.send_text("晚", to_all()).unwrap());
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
    assert_eq!(to_fold(&fixture), [other]);
}

#[test]
fn sends_are_folded_however_few_have_read_them_and_in_bounded_steps() {
    let mut fixture = SendFixture::new();
    let members = fixture.members(ROOT, 5);
    let (first, second) = (
        fixture.seq(&fixture.send_text("早", to_all()).unwrap()),
        fixture.seq(&fixture.send_text("晚", to_all()).unwrap()),
    );
    fixture.send_text("夜", to_all()).unwrap();
    assert!(to_fold(&fixture).is_empty());
    members.iter().for_each(|member| read(&fixture, first, member));
    read(&fixture, second, &members[0]);
    assert_eq!(to_fold(&fixture), [first, second], "and not the one that nobody has read");
    for (more, left) in [(true, vec![first, second]), (true, vec![first, second]), (false, vec![second])] {
        let step = fixture.write(move |tx, _, corp| tx.fold_receipts(corp, first, 2)).unwrap();
        assert_eq!((step, to_fold(&fixture)), (more, left));
        assert_eq!(readers(&fixture, first), numbers(&members), "whatever is folded and whatever is not");
    }
    fold(&fixture, second);
    assert!(to_fold(&fixture).is_empty());

    // Sends of another organisation have the same sequence numbers.
    read(&fixture, second, &members[1]);
    let before = fixture.corp.clone();
    fixture.corp = fixture.other_corp();
    fixture.account = fixture.add_account("新闻").unwrap();
    let member = fixture.member(ROOT);
    let of_organisation = fixture.seq(&fixture.send_text("早", to_all()).unwrap());
    assert_eq!(of_organisation, first);
    assert!(readers(&fixture, of_organisation).is_empty());
    read(&fixture, of_organisation, &member);
    assert_eq!(to_fold(&fixture), [of_organisation]);
    fold(&fixture, of_organisation);
    assert_eq!(readers(&fixture, of_organisation), numbers([&member]));
    fixture.corp = before;
    assert_eq!(to_fold(&fixture), [second]);
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
