use carillon_model::{
    contact::Member,
    id::{DeptId, SendSeq},
};

use crate::company::{Company, Numbers, numbers, to_all};

const ROOT: DeptId = DeptId::ROOT;

fn read(company: &Company, seq: SendSeq, member: &Member) {
    let member = member.no;
    company.write(move |tx, _, corp| tx.insert_receipt(corp, seq, member)).unwrap();
}

fn readers(company: &Company, seq: SendSeq) -> Numbers {
    company.read(|tx, corp| tx.readers_of(corp, seq)).unwrap().iter().map(|member| member.0).collect()
}

fn fold(company: &Company, seq: SendSeq) {
    company.write(move |tx, _, corp| tx.fold_receipts(corp, seq)).unwrap();
}

fn to_fold(company: &Company, at_least: i64, limit: i64) -> Vec<SendSeq> {
    company.read(|tx, corp| tx.sends_to_fold(corp, at_least, limit)).unwrap()
}

#[test]
fn a_reader_counts_once_folded_or_not() {
    let mut company = Company::new();
    let members = company.members(ROOT, 4);
    let [a, b, c, d] = &members[..] else { panic!() };
    let seq = company.seq(&company.tell("早", to_all()).unwrap());
    let other = company.seq(&company.tell("晚", to_all()).unwrap());
    assert!(readers(&company, seq).is_empty());
    for member in [b, a, b, b] {
        read(&company, seq, member);
    }
    read(&company, other, d);
    assert_eq!(readers(&company, seq), numbers([a, b]));
    fold(&company, seq);
    assert_eq!(readers(&company, seq), numbers([a, b]), "folding changes nothing to be seen");
    assert_eq!(readers(&company, other), numbers([d]), "nor the readers of another send");
    read(&company, seq, a);
    read(&company, seq, c);
    assert_eq!(readers(&company, seq), numbers([a, b, c]));
    fold(&company, seq);
    fold(&company, seq);
    company.reopen();
    assert_eq!(readers(&company, seq), numbers([a, b, c]));
    assert_eq!(to_fold(&company, 1, 10), [other]);
}

#[test]
fn sends_are_folded_from_a_number_of_receipts_on() {
    let mut company = Company::new();
    let members = company.members(ROOT, 3);
    let (first, second) = (
        company.seq(&company.tell("早", to_all()).unwrap()),
        company.seq(&company.tell("晚", to_all()).unwrap()),
    );
    let corp = company.corp.clone();
    assert!(to_fold(&company, 1, 10).is_empty());
    members.iter().for_each(|member| read(&company, first, member));
    members[..2].iter().for_each(|member| read(&company, second, member));
    read(&company, second, &members[0]);
    assert!(to_fold(&company, 4, 10).is_empty());
    assert_eq!(to_fold(&company, 3, 10), [first]);
    assert_eq!(to_fold(&company, 2, 10), [first, second]);
    assert_eq!(to_fold(&company, 2, 1).len(), 1);
    fold(&company, first);
    assert_eq!(to_fold(&company, 2, 10), [second]);
    assert_eq!(readers(&company, first), numbers(&members));

    // Another organisation's sends have the same places.
    company.corp = company.other_corp();
    company.account = company.add_account("新闻").unwrap();
    let member = company.member(ROOT);
    let own = company.seq(&company.tell("早", to_all()).unwrap());
    assert_eq!(own, first);
    assert!(readers(&company, own).is_empty());
    read(&company, own, &member);
    fold(&company, own);
    assert_eq!(readers(&company, own), numbers([&member]));
    assert!(to_fold(&company, 1, 10).is_empty());
    company.corp = corp;
    assert_eq!(to_fold(&company, 2, 10), [second]);
}

#[test]
fn the_read_mark_only_moves_forward() {
    let mut company = Company::new();
    let (a, b) = (company.member(ROOT), company.member(ROOT));
    let other = company.add_account("别的").unwrap();
    let mark = |company: &Company, member: &Member| {
        company.read(|tx, corp| tx.read_mark(corp, member.no, &company.account)).unwrap()
    };
    assert_eq!(mark(&company, &a), SendSeq(0));
    for (seq, expected) in [(5, 5), (3, 5), (5, 5), (6, 6)] {
        let (no, account) = (a.no, company.account.clone());
        company.write(move |tx, _, corp| tx.set_read_mark(corp, no, &account, SendSeq(seq))).unwrap();
        assert_eq!(mark(&company, &a), SendSeq(expected));
    }
    assert_eq!(mark(&company, &b), SendSeq(0));
    company.account = other;
    assert_eq!(mark(&company, &a), SendSeq(0));
}
