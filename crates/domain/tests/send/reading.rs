//! Access to articles, and the lifetime of previews.

use carillon_domain::{
    article::{self, AccessDenied, ArticleLink, LinkSource, OpenedArticle, Reader},
    inbox,
};
use carillon_model::{
    contact::Member,
    id::{ArticleId, CardId, DeptId, TaskId},
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
) -> Result<OpenedArticle, AccessDenied> {
    let source = preview.cloned().map_or(LinkSource::Article, LinkSource::Preview);
    open_by(fixture, id, member, source)
}

fn open_by(
    fixture: &SendFixture,
    id: ArticleId,
    member: Option<&Member>,
    source: LinkSource,
) -> Result<OpenedArticle, AccessDenied> {
    let member = member.map(|member| member.no);
    let opened = fixture.write(move |tx, env, corp| {
        article::open(tx, env, corp, &Reader { member, link: ArticleLink::of(env, corp, id, source) })
    });
    opened.expect("an answer")
}

/// Number of different readers, and of views.
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
    let (inside, public) = (add("内部", false, true), add("公开", true, true));
    for id in [inside, public] {
        assert_eq!(
            open(&fixture, id, Some(&member), None),
            Err(AccessDenied::Unknown),
            "nothing is published"
        );
        fixture.publish(&fixture.account, id);
    }
    assert_eq!(open(&fixture, inside, stranger, None), Err(AccessDenied::MembersOnly));
    assert_eq!(counts(&fixture, inside), (0, 0), "who is refused reads nothing");
    let opened = open(&fixture, inside, Some(&member), None).expect("open to members");
    assert_eq!((opened.headline.title.as_str(), opened.allow_forward), ("内部", true));
    assert!(open(&fixture, public, stranger, None).expect("open to all").allow_forward);
    open(&fixture, public, Some(&member), None).expect("open to members too");
    assert_eq!((counts(&fixture, inside), counts(&fixture, public)), ((1, 1), (1, 2)));
    fixture.delete_article(&fixture.account, public);
    assert_eq!(open(&fixture, public, stranger, None), Err(AccessDenied::Deleted));
    assert_eq!(open(&fixture, ArticleId(4_711), Some(&member), None), Err(AccessDenied::Unknown));
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
    assert_eq!(open(&fixture, draft, Some(&other), Some(&task)), Err(AccessDenied::MembersOnly));
    assert_eq!(open(&fixture, draft, None, Some(&task)), Err(AccessDenied::MembersOnly));
    assert_eq!(
        open(&fixture, elsewhere, Some(&member), Some(&task)),
        Err(AccessDenied::Unknown),
        "not on the card"
    );
    assert_eq!(
        open(&fixture, draft, Some(&member), Some(&TaskId::from("pushiE"))),
        Err(AccessDenied::Unknown)
    );
    assert_eq!(counts(&fixture, draft), (0, 0), "a preview counts nothing");

    fixture.later(DAY_MS - 1);
    assert!(open(&fixture, draft, Some(&member), Some(&task)).is_ok());
    fixture.later(1);
    assert_eq!(open(&fixture, draft, Some(&member), Some(&task)), Err(AccessDenied::PreviewOver));
    let account = fixture.account.clone();
    let kept = fixture.read(|tx, corp| inbox::message(tx, corp, member.no, &account, &task));
    assert!(kept.expect("an answer").is_some(), "its links end, the message stays");
}

#[test]
fn a_recalled_preview_ends_at_once() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let article = fixture.add_article(&fixture.account, "文");
    fixture.publish(&fixture.account, article);
    let card = fixture.card(&fixture.account, &[article]);
    let message = Message::NewsCard { card_id: card };
    let ordinary = fixture.send(fixture.new_send(message.clone(), to_users(&[&member]))).expect("sent");
    assert_eq!(open(&fixture, article, Some(&member), Some(&ordinary)), Err(AccessDenied::Unknown));
    let mut new = fixture.new_send(message, to_users(&[&member]));
    new.preview = true;
    let preview = fixture.send(new).expect("sent");
    assert!(open(&fixture, article, Some(&member), Some(&preview)).is_ok());
    fixture.recall(&preview).expect("recalled");
    assert_eq!(open(&fixture, article, Some(&member), Some(&preview)), Err(AccessDenied::Recalled));
}

#[test]
fn an_article_that_must_not_be_passed_on_is_for_those_whom_a_send_brought_it() {
    let fixture = SendFixture::new();
    let (receiver, other) = (fixture.member(ROOT), fixture.member(ROOT));
    let add = |public: bool| {
        let mut new = fixture.new_article(&fixture.account, if public { "u1" } else { "u2" }, "文");
        (new.public, new.allow_forward) = (Some(public), Some(false));
        let id = fixture.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article");
        fixture.publish(&fixture.account, id);
        id
    };
    let (inside, public) = (add(false), add(true));
    let card = fixture.card(&fixture.account, &[inside, public]);
    let send = |card: &CardId| {
        let message = Message::NewsCard { card_id: card.clone() };
        fixture.send(fixture.new_send(message, to_users(&[&receiver]))).expect("sent")
    };
    assert_eq!(
        open(&fixture, inside, Some(&receiver), None),
        Err(AccessDenied::ReceiversOnly),
        "not sent yet"
    );
    let task = send(&card);
    let by_send = |id: ArticleId, member| open_by(&fixture, id, member, LinkSource::Send(task.clone()));
    assert!(open(&fixture, inside, Some(&receiver), None).is_ok());
    assert!(by_send(inside, Some(&receiver)).is_ok());
    assert_eq!(open(&fixture, inside, Some(&other), None), Err(AccessDenied::ReceiversOnly));
    assert_eq!(by_send(inside, Some(&other)), Err(AccessDenied::ReceiversOnly));
    assert_eq!(by_send(inside, None), Err(AccessDenied::MembersOnly));
    assert!(by_send(public, None).is_ok(), "everybody is everybody");

    fixture.recall(&task).expect("recalled");
    for member in [Some(&receiver), Some(&other), None] {
        assert_eq!(by_send(inside, member), Err(AccessDenied::Recalled));
        assert_eq!(by_send(public, member), Err(AccessDenied::Recalled));
    }
    assert_eq!(open(&fixture, inside, Some(&receiver), None), Err(AccessDenied::Recalled));
    assert_eq!(open(&fixture, inside, Some(&other), None), Err(AccessDenied::ReceiversOnly));
    assert!(open(&fixture, public, None, None).is_ok(), "its own address still works");
}

#[test]
fn numbers_alone_and_wrong_codes_lead_nowhere() {
    let fixture = SendFixture::new();
    let member = fixture.member(ROOT);
    let mut new = fixture.new_article(&fixture.account, "u", "文");
    new.public = Some(true);
    let id = fixture.write(move |tx, env, corp| article::add(tx, env, corp, new)).expect("an article");
    fixture.publish(&fixture.account, id);
    let card = fixture.card(&fixture.account, &[id]);
    let task = fixture
        .send(fixture.new_send(Message::NewsCard { card_id: card }, to_users(&[&member])))
        .expect("sent");
    let by = |code: Option<String>, source: LinkSource, member: Option<&Member>| {
        let reader = Reader { member: member.map(|one| one.no), link: ArticleLink { id, code, source } };
        fixture.write(move |tx, env, corp| article::open(tx, env, corp, &reader)).expect("an answer")
    };
    let code = |source: LinkSource| {
        fixture.read(|_, corp| Ok(ArticleLink::of(&fixture.env, corp, id, source))).expect("a link").code
    };
    let send = || LinkSource::Send(task.clone());
    for member in [Some(&member), None] {
        assert_eq!(by(None, LinkSource::Article, member), Err(AccessDenied::Unknown));
        assert_eq!(by(Some("0".repeat(32)), LinkSource::Article, member), Err(AccessDenied::Unknown));
        assert_eq!(by(code(send()), LinkSource::Article, member), Err(AccessDenied::Unknown));
        assert!(by(code(send()), send(), member).is_ok());
    }
    // Links with only the id of a message were issued before codes existed.
    assert!(by(None, send(), Some(&member)).is_ok());
    assert_eq!(by(None, send(), None), Err(AccessDenied::Unknown));
}
