use carillon_domain::{
    article::{self, ArticleChange},
    page::Page,
};
use carillon_model::{
    article::Article,
    error::{Error, Rule},
    id::{AccountId, ArticleId, MediaId, MemberNo},
};
use carillon_store::ArticleFilter;

use testkit::store::START;

use crate::materials::fixture::MaterialsFixture;

fn get(fixture: &MaterialsFixture, account: &AccountId, id: ArticleId) -> Result<Article, Error> {
    fixture.read(|tx, corp| article::get(tx, corp, account, id))
}

fn retitle(fixture: &MaterialsFixture, account: &AccountId, id: ArticleId, title: &str) -> Result<(), Error> {
    let change = ArticleChange {
        account: account.clone(),
        id,
        title: title.to_owned(),
        content: format!("<p>{title}</p>"),
        digest: None,
        thumb_media_id: None,
    };
    fixture.write(move |tx, env, corp| article::update(tx, env, corp, change))
}

fn list(
    fixture: &MaterialsFixture,
    account: &AccountId,
    filter: ArticleFilter,
    start: i64,
    size: i64,
) -> (Vec<i64>, i64) {
    let page =
        fixture.read(|tx, corp| article::list(tx, corp, account, filter, Page { start, size })).unwrap();
    (page.items.iter().map(|article| article.id.0).collect(), page.total)
}

#[test]
fn the_published_copy_changes_only_at_publish() {
    let mut fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let id = fixture.add_article(&account, "初稿");
    let added = get(&fixture, &account, id).unwrap();
    assert_eq!((added.published, added.publish_time), (None, None));
    assert_eq!((added.create_time, added.update_time), (START, START));
    assert_eq!((added.allow_forward, added.public), (true, false));

    let published_at = fixture.later(1_000);
    fixture.publish(&account, id);
    let published = get(&fixture, &account, id).unwrap();
    let headline = published.published.as_ref().unwrap();
    assert_eq!((&headline.title, &headline.digest), (&published.draft.title, &published.draft.digest));
    assert_eq!(published.publish_time, Some(published_at));
    assert_eq!(published.update_time, START);

    let updated_at = fixture.later(1_000);
    retitle(&fixture, &account, id, "二稿").unwrap();
    let updated = get(&fixture, &account, id).unwrap();
    assert_eq!(updated.draft.title, "二稿");
    assert_eq!(updated.published.as_ref().unwrap().title, "初稿");
    assert_eq!((updated.publish_time, updated.update_time), (Some(published_at), updated_at));

    fixture.publish(&account, id);
    let again = get(&fixture, &account, id).unwrap();
    assert_eq!(again.published.as_ref().unwrap().title, "二稿");
    assert_eq!((again.publish_time, again.create_time), (Some(updated_at), START));
    fixture.reopen();
    assert_eq!(get(&fixture, &account, id).unwrap(), again);
}

#[test]
fn a_repeated_uuid_answers_the_first_article_and_changes_nothing() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let other = fixture.add_account("二").unwrap();
    let add = |account: &AccountId, uuid: &str, title: &str| {
        let new = fixture.new_article(account, uuid, title);
        fixture.write(move |tx, env, corp| article::add(tx, env, corp, new)).unwrap()
    };
    let first = add(&account, "u1", "甲");
    assert_eq!(add(&account, "u1", "乙"), first);
    assert_eq!(get(&fixture, &account, first).unwrap().draft.title, "甲");
    assert_ne!(add(&other, "u1", "乙"), first, "a uuid is an account's own");
    assert_ne!(add(&account, "u2", "乙"), first);
    fixture.delete_article(&account, first);
    assert_eq!(add(&account, "u1", "丙"), first);
    assert_eq!(get(&fixture, &account, first), Err(Rule::ArticleDeleted.into()));
}

#[test]
fn a_deleted_article_is_refused_everywhere() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let other = fixture.add_account("二").unwrap();
    let id = fixture.add_article(&account, "甲");
    assert_eq!(get(&fixture, &other, id), Err(Rule::UnknownArticle.into()));
    assert_eq!(get(&fixture, &account, ArticleId(id.0 + 1)), Err(Rule::UnknownArticle.into()));
    assert_eq!(get(&fixture, &AccountId::from("nobody"), id), Err(Rule::UnknownAccount.into()));

    fixture.delete_article(&account, id);
    let gone = Rule::ArticleDeleted;
    assert_eq!(get(&fixture, &account, id), Err(gone.into()));
    assert_eq!(retitle(&fixture, &account, id, "乙"), Err(gone.into()));
    let owner = account.clone();
    assert_eq!(fixture.write(move |tx, _, corp| article::delete(tx, corp, &owner, id)), Err(gone.into()));
    let owner = account.clone();
    let published = fixture.write(move |tx, env, corp| article::publish(tx, env, corp, &owner, id));
    assert_eq!(published, Err(gone.into()));
    assert!(
        fixture.read(|tx, corp| tx.article(corp, id)).unwrap().unwrap().deleted,
        "pages can say that it was deleted"
    );
}

#[test]
fn lists_filter_and_page_newest_first() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    fixture.add_article(&fixture.add_account("二").unwrap(), "别人的");
    let ids: Vec<_> = (0..6).map(|number| fixture.add_article(&account, &format!("文{number}"))).collect();
    for index in [0, 1, 4] {
        fixture.publish(&account, ids[index]);
    }
    for index in [1, 2] {
        fixture.delete_article(&account, ids[index]);
    }
    let at = |indexes: &[usize]| indexes.iter().map(|index| ids[*index].0).collect::<Vec<_>>();
    let any = ArticleFilter::default();
    let live = ArticleFilter { deleted: Some(false), ..any };
    assert_eq!(list(&fixture, &account, any, 1, 20), (at(&[5, 4, 3, 2, 1, 0]), 6));
    assert_eq!(list(&fixture, &account, live, 1, 20), (at(&[5, 4, 3, 0]), 4));
    assert_eq!(
        list(&fixture, &account, ArticleFilter { deleted: Some(true), ..any }, 1, 20),
        (at(&[2, 1]), 2)
    );
    assert_eq!(
        list(&fixture, &account, ArticleFilter { published: Some(true), ..live }, 1, 20),
        (at(&[4, 0]), 2)
    );
    assert_eq!(
        list(&fixture, &account, ArticleFilter { published: Some(false), ..live }, 1, 20),
        (at(&[5, 3]), 2)
    );
    assert_eq!(list(&fixture, &account, live, 1, 3), (at(&[5, 4, 3]), 4));
    assert_eq!(list(&fixture, &account, live, 2, 3), (at(&[0]), 4));
    assert_eq!(list(&fixture, &account, live, 3, 3), (vec![], 4));
    assert_eq!(list(&fixture, &account, live, i64::MAX, 20), (vec![], 4));
}

#[test]
fn openings_count_and_members_count_once() {
    let mut fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let id = fixture.add_article(&account, "甲");
    for member in [Some(1), None, Some(1), Some(2), None] {
        let member = member.map(MemberNo);
        fixture.write(move |tx, env, corp| tx.record_article_read(corp, id, member, env.now())).unwrap();
    }
    fixture.reopen();
    let article = get(&fixture, &account, id).unwrap();
    assert_eq!((article.user_view_count, article.total_view_count), (2, 5));
}

#[test]
fn covers_must_be_pictures_and_are_kept_if_absent() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let mut wrong = fixture.new_article(&account, "u1", "甲");
    wrong.text.thumb_media_id = Some(MediaId::from("@lAnothing"));
    let answer = fixture.write(move |tx, env, corp| article::add(tx, env, corp, wrong));
    assert!(
        matches!(&answer, Err(Error::Invalid { field, .. }) if field == "article.thumb_media_id"),
        "{answer:?}"
    );

    let mut new = fixture.new_article(&account, "u1", "甲");
    let picture = fixture.picture();
    new.text.thumb_media_id = Some(picture.clone());
    new.text.digest = Some("摘要".to_owned());
    let id = fixture.write(move |tx, env, corp| article::add(tx, env, corp, new)).unwrap();
    retitle(&fixture, &account, id, "乙").unwrap();
    let draft = get(&fixture, &account, id).unwrap().draft;
    assert_eq!((draft.title.as_str(), draft.digest.as_deref()), ("乙", Some("摘要")));
    assert_eq!(draft.thumb_media_id, Some(picture));
}

#[test]
fn a_disabled_account_can_only_be_read_and_cleared() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let id = fixture.add_article(&account, "甲");
    fixture.disable(&account);
    assert_eq!(retitle(&fixture, &account, id, "乙"), Err(Rule::AccountDisabled.into()));
    let new = fixture.new_article(&account, "u2", "乙");
    let added = fixture.write(move |tx, env, corp| article::add(tx, env, corp, new));
    assert_eq!(added, Err(Rule::AccountDisabled.into()));
    get(&fixture, &account, id).expect("it can be read");
    fixture.delete_article(&account, id);
}
