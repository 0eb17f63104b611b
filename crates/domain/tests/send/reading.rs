//! Who can open an article, and for how long a preview can be opened.

use carillon_domain::{
    article::{self, Opened, Reader, Refused},
    inbox,
};
use carillon_model::{
    contact::Member,
    id::{ArticleId, DeptId, TaskId},
    message::Message,
    time::DAY_MS,
};

use crate::company::{Company, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn open(
    company: &Company,
    id: ArticleId,
    member: Option<&Member>,
    preview: Option<&TaskId>,
) -> Result<Opened, Refused> {
    let reader = Reader { member: member.map(|member| member.no), preview: preview.cloned() };
    company.write(move |tx, env, corp| article::open(tx, env, corp, id, &reader)).expect("an answer")
}

/// Members and openings that count.
fn counts(company: &Company, id: ArticleId) -> (i64, i64) {
    let account = company.account.clone();
    let article = company.read(|tx, corp| article::get(tx, corp, &account, id)).expect("the article");
    (article.user_view_count, article.total_view_count)
}

#[test]
fn an_article_is_for_members_unless_it_is_public() {
    let company = Company::new();
    let (member, stranger) = (company.member(ROOT), None);
    let add = |title: &str, public: bool, allow_forward: bool| {
        let mut new = company.new_article(&company.account, title, title);
        (new.public, new.allow_forward) = (Some(public), Some(allow_forward));
        company.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article")
    };
    let (inside, public) = (add("内部", false, false), add("公开", true, true));
    for id in [inside, public] {
        assert_eq!(open(&company, id, Some(&member), None), Err(Refused::Unknown), "nothing is published");
        company.publish(&company.account, id);
    }
    assert_eq!(open(&company, inside, stranger, None), Err(Refused::MembersOnly));
    assert_eq!(counts(&company, inside), (0, 0), "who is refused reads nothing");
    let opened = open(&company, inside, Some(&member), None).expect("open to members");
    assert_eq!((opened.headline.title.as_str(), opened.allow_forward), ("内部", false));
    assert!(open(&company, public, stranger, None).expect("open to all").allow_forward);
    open(&company, public, Some(&member), None).expect("open to members too");
    assert_eq!((counts(&company, inside), counts(&company, public)), ((1, 1), (1, 2)));
    company.delete_article(&company.account, public);
    assert_eq!(open(&company, public, stranger, None), Err(Refused::Deleted));
    assert_eq!(open(&company, ArticleId(4_711), Some(&member), None), Err(Refused::Unknown));
}

#[test]
fn a_preview_is_for_its_member_and_for_24_hours() {
    let mut company = Company::new();
    let (member, other) = (company.member(ROOT), company.member(ROOT));
    let draft = company.add_article(&company.account, "草稿");
    let elsewhere = company.add_article(&company.account, "别的");
    let card = company.card(&company.account, &[draft]);
    let mut new = company.new_send(Message::NewsCard { card_id: card }, to_users(&[&member]));
    new.preview = true;
    let task = company.send(new).expect("sent");
    let began = company.env.now();

    let opened = open(&company, draft, Some(&member), Some(&task)).expect("a preview");
    assert_eq!((opened.headline.title.as_str(), opened.preview_until), ("草稿", Some(began.plus_ms(DAY_MS))));
    assert_eq!(open(&company, draft, Some(&other), Some(&task)), Err(Refused::MembersOnly));
    assert_eq!(open(&company, draft, None, Some(&task)), Err(Refused::MembersOnly));
    assert_eq!(
        open(&company, elsewhere, Some(&member), Some(&task)),
        Err(Refused::Unknown),
        "not on the card"
    );
    assert_eq!(open(&company, draft, Some(&member), Some(&TaskId::from("pushiE"))), Err(Refused::Unknown));
    assert_eq!(counts(&company, draft), (0, 0), "a preview counts nothing");

    company.later(DAY_MS - 1);
    assert!(open(&company, draft, Some(&member), Some(&task)).is_ok());
    company.later(1);
    assert_eq!(open(&company, draft, Some(&member), Some(&task)), Err(Refused::PreviewOver));
    let account = company.account.clone();
    let kept = company.read(|tx, corp| inbox::message(tx, corp, member.no, &account, &task));
    assert!(kept.expect("an answer").is_some(), "its links end, the message stays");
}

#[test]
fn a_preview_taken_back_ends_at_once_and_a_send_is_no_preview() {
    let company = Company::new();
    let member = company.member(ROOT);
    let article = company.add_article(&company.account, "文");
    company.publish(&company.account, article);
    let card = company.card(&company.account, &[article]);
    let message = Message::NewsCard { card_id: card };
    let ordinary = company.send(company.new_send(message.clone(), to_users(&[&member]))).expect("sent");
    assert_eq!(open(&company, article, Some(&member), Some(&ordinary)), Err(Refused::Unknown));
    let mut new = company.new_send(message, to_users(&[&member]));
    new.preview = true;
    let preview = company.send(new).expect("sent");
    assert!(open(&company, article, Some(&member), Some(&preview)).is_ok());
    company.recall(&preview).expect("recalled");
    assert_eq!(open(&company, article, Some(&member), Some(&preview)), Err(Refused::Recalled));
}
