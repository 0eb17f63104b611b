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

use crate::send::fixture::{SendFixture, to_users};

const ROOT: DeptId = DeptId::ROOT;

fn open(
    fixture: &SendFixture,
    id: ArticleId,
    member: Option<&Member>,
    preview: Option<&TaskId>,
) -> Result<Opened, Refused> {
    let reader = Reader { member: member.map(|member| member.no), preview: preview.cloned() };
    fixture.write(move |tx, env, corp| article::open(tx, env, corp, id, &reader)).expect("an answer")
}

/// Members and openings that count.
fn counts(fixture: &SendFixture, id: ArticleId) -> (i64, i64) {
    let account = fixture.account.clone();
    let article = fixture.read(|tx, corp| article::get(tx, corp, &account, id)).expect("the article");
    (article.user_view_count, article.total_view_count)
}

#[test]
fn an_article_is_for_members_unless_it_is_public() {
    let fixture = SendFixture::new();
    let (member, stranger) = (fixture.member(ROOT), None);
    let add = |title: &str, public: bool, allow_forward: bool| {
        let mut new = fixture.new_article(&fixture.account, title, title);
        (new.public, new.allow_forward) = (Some(public), Some(allow_forward));
        fixture.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article")
    };
    let (inside, public) = (add("内部", false, false), add("公开", true, true));
    for id in [inside, public] {
        assert_eq!(open(&fixture, id, Some(&member), None), Err(Refused::Unknown), "nothing is published");
        fixture.publish(&fixture.account, id);
    }
    assert_eq!(open(&fixture, inside, stranger, None), Err(Refused::MembersOnly));
    assert_eq!(counts(&fixture, inside), (0, 0), "who is refused reads nothing");
    let opened = open(&fixture, inside, Some(&member), None).expect("open to members");
    assert_eq!((opened.headline.title.as_str(), opened.allow_forward), ("内部", false));
    assert!(open(&fixture, public, stranger, None).expect("open to all").allow_forward);
    open(&fixture, public, Some(&member), None).expect("open to members too");
    assert_eq!((counts(&fixture, inside), counts(&fixture, public)), ((1, 1), (1, 2)));
    fixture.delete_article(&fixture.account, public);
    assert_eq!(open(&fixture, public, stranger, None), Err(Refused::Deleted));
    assert_eq!(open(&fixture, ArticleId(4_711), Some(&member), None), Err(Refused::Unknown));
}

#[test]
fn a_preview_is_for_its_member_and_for_24_hours() {
    let mut fixture = SendFixture::new();
    let (member, other) = (fixture.member(ROOT), fixture.member(ROOT));
    let draft = fixture.add_article(&fixture.account, "草稿");
    let elsewhere = fixture.add_article(&fixture.account, "别的");
    let card = fixture.card(&fixture.account, &[draft]);
    let mut new = fixture.new_send(Message::NewsCard { card_id: card }, to_users(&[&member]));
    new.preview = true;
    let task = fixture.send(new).expect("sent");
    let began = fixture.env.now();

    let opened = open(&fixture, draft, Some(&member), Some(&task)).expect("a preview");
    assert_eq!((opened.headline.title.as_str(), opened.preview_until), ("草稿", Some(began.plus_ms(DAY_MS))));
    assert_eq!(open(&fixture, draft, Some(&other), Some(&task)), Err(Refused::MembersOnly));
    assert_eq!(open(&fixture, draft, None, Some(&task)), Err(Refused::MembersOnly));
    assert_eq!(
        open(&fixture, elsewhere, Some(&member), Some(&task)),
        Err(Refused::Unknown),
        "not on the card"
    );
    assert_eq!(open(&fixture, draft, Some(&member), Some(&TaskId::from("pushiE"))), Err(Refused::Unknown));
    assert_eq!(counts(&fixture, draft), (0, 0), "a preview counts nothing");

    fixture.later(DAY_MS - 1);
    assert!(open(&fixture, draft, Some(&member), Some(&task)).is_ok());
    fixture.later(1);
    assert_eq!(open(&fixture, draft, Some(&member), Some(&task)), Err(Refused::PreviewOver));
    let account = fixture.account.clone();
    let kept = fixture.read(|tx, corp| inbox::message(tx, corp, member.no, &account, &task));
    assert!(kept.expect("an answer").is_some(), "its links end, the message stays");
}

#[test]
fn a_preview_taken_back_ends_at_once_and_a_send_is_no_preview() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let article = fixture.add_article(&fixture.account, "文");
    fixture.publish(&fixture.account, article);
    let card = fixture.card(&fixture.account, &[article]);
    let message = Message::NewsCard { card_id: card };
    let ordinary = fixture.send(fixture.new_send(message.clone(), to_users(&[&member]))).expect("sent");
    assert_eq!(open(&fixture, article, Some(&member), Some(&ordinary)), Err(Refused::Unknown));
    let mut new = fixture.new_send(message, to_users(&[&member]));
    new.preview = true;
    let preview = fixture.send(new).expect("sent");
    assert!(open(&fixture, article, Some(&member), Some(&preview)).is_ok());
    fixture.recall(&preview).expect("recalled");
    assert_eq!(open(&fixture, article, Some(&member), Some(&preview)), Err(Refused::Recalled));
}
