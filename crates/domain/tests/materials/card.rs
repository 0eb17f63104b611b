use carillon_domain::{
    article,
    card::{self, FULL, MAX_ARTICLES, MAX_CARDS},
    page::Page,
};
use carillon_model::{
    article::Card,
    error::{Error, Rule},
    id::{AccountId, ArticleId, CardId, CorpId, UserId},
};
use carillon_store::Tx;

use testkit::store::START;

use crate::materials::fixture::MaterialsFixture;

fn add(fixture: &MaterialsFixture, account: &AccountId, articles: &[ArticleId]) -> Result<CardId, Error> {
    let (account, articles) = (account.clone(), articles.to_vec());
    fixture.write(move |tx, env, corp| card::add(tx, env, corp, &account, articles))
}

fn update(
    fixture: &MaterialsFixture,
    account: &AccountId,
    id: &CardId,
    articles: Option<&[ArticleId]>,
) -> Result<(), Error> {
    let (account, id, articles) = (account.clone(), id.clone(), articles.map(<[_]>::to_vec));
    fixture.write(move |tx, env, corp| card::update(tx, env, corp, &account, &id, articles))
}

fn listed_articles(fixture: &MaterialsFixture, account: &AccountId, id: &CardId) -> Vec<ArticleId> {
    let card = fixture.read(|tx, corp| card::get(tx, corp, account, id)).unwrap();
    card.articles.iter().map(|article| article.id).collect()
}

#[test]
fn a_card_keeps_its_articles_in_order_until_they_are_replaced() {
    let mut fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let ids: Vec<_> = (0..3).map(|number| fixture.add_article(&account, &format!("文{number}"))).collect();
    let id = add(&fixture, &account, &[ids[2], ids[0]]).unwrap();
    assert!(id.as_str().ends_with("iE") && id.as_str().len() == 28, "{id}");
    assert_eq!(listed_articles(&fixture, &account, &id), [ids[2], ids[0]]);

    let later = fixture.later(1_000);
    update(&fixture, &account, &id, None).unwrap();
    let card = fixture.read(|tx, corp| card::get(tx, corp, &account, &id)).unwrap().card;
    assert_eq!((card.articles.len(), card.update_time), (2, START), "without a list nothing changes");
    update(&fixture, &account, &id, Some(&[ids[1]])).unwrap();
    fixture.reopen();
    let card = fixture.read(|tx, corp| card::get(tx, corp, &account, &id)).unwrap().card;
    assert_eq!((card.articles, card.update_time), (vec![ids[1]], later));
}

#[test]
fn a_card_holds_one_to_eight_articles() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let ids: Vec<_> =
        (0..=MAX_ARTICLES).map(|number| fixture.add_article(&account, &format!("文{number}"))).collect();
    let id = add(&fixture, &account, &ids[..MAX_ARTICLES]).unwrap();
    for wrong in [&ids[..], &[]] {
        assert!(
            matches!(add(&fixture, &account, wrong), Err(Error::Invalid { field, .. }) if field == "articles")
        );
        assert!(matches!(update(&fixture, &account, &id, Some(wrong)), Err(Error::Invalid { .. })));
    }
    assert_eq!(listed_articles(&fixture, &account, &id).len(), MAX_ARTICLES);
}

#[test]
fn an_account_holds_a_limited_number_of_cards() {
    let fixture = MaterialsFixture::new();
    let (account, other) = (fixture.add_account("一").unwrap(), fixture.add_account("二").unwrap());
    let (article, of_other) = (fixture.add_article(&account, "文"), fixture.add_article(&other, "文"));
    let of = account.clone();
    let fill = move |tx: &mut Tx<'_>, corp: &CorpId| {
        for number in 1..MAX_CARDS {
            let id = CardId::from(format!("{number:026}iE"));
            tx.insert_card(
                corp,
                &Card { id, account: of.clone(), articles: vec![article], update_time: START },
            )?;
        }
        Ok(())
    };
    fixture.write(move |tx, _, corp| fill(tx, corp)).unwrap();
    let last = add(&fixture, &account, &[article]).unwrap();
    assert_eq!(add(&fixture, &account, &[article]), Err(Error::invalid("articles", FULL)));
    let of = account.clone();
    let named = fixture.write(move |tx, env, corp| card::add_named(tx, env, corp, &of, vec![article]));
    assert_eq!(named, Err(Error::invalid("article_ids", FULL)));
    assert!(FULL.contains("10,000") && MAX_CARDS == 10_000);
    update(&fixture, &account, &last, Some(&[article])).unwrap();
    assert!(add(&fixture, &other, &[of_other]).is_ok(), "each account for itself");
    // A preview has room in any case, and so has who deletes one.
    let unseen = fixture.add_article(&account, "新");
    let of = account.clone();
    let preview = fixture.write(move |tx, env, corp| {
        article::send_preview(tx, env, corp, &of, unseen, &UserId::from("nobody"))
    });
    assert_ne!(preview, Err(Error::invalid("articles", FULL)));
    let of = account.clone();
    fixture.write(move |tx, _, corp| card::delete(tx, corp, &of, &last)).unwrap();
    assert!(add(&fixture, &account, &[article]).is_ok());
}

#[test]
fn its_articles_are_live_ones_of_the_account_each_once() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let other = fixture.add_account("二").unwrap();
    let (remaining, deleted) = (fixture.add_article(&account, "甲"), fixture.add_article(&account, "乙"));
    let foreign = fixture.add_article(&other, "丙");
    let id = add(&fixture, &account, &[deleted, remaining]).unwrap();
    fixture.delete_article(&account, deleted);
    assert_eq!(listed_articles(&fixture, &account, &id), [remaining], "a deleted article is left out");
    assert_eq!(add(&fixture, &account, &[deleted]), Err(Rule::ArticleDeleted.into()));
    assert_eq!(add(&fixture, &account, &[foreign]), Err(Rule::UnknownArticle.into()));
    assert_eq!(update(&fixture, &account, &id, Some(&[ArticleId(4711)])), Err(Rule::UnknownArticle.into()));
    let twice = add(&fixture, &account, &[remaining, remaining]);
    assert!(
        matches!(&twice, Err(Error::Invalid { field, .. }) if field == "articles[1].article_id"),
        "{twice:?}"
    );
}

#[test]
fn cards_are_listed_newest_first_and_gone_when_deleted() {
    let fixture = MaterialsFixture::new();
    let account = fixture.add_account("一").unwrap();
    let other = fixture.add_account("二").unwrap();
    let article = fixture.add_article(&account, "甲");
    let cards: Vec<_> = (0..3).map(|_| add(&fixture, &account, &[article]).unwrap()).collect();
    let list = |start, size| {
        let page = fixture.read(|tx, corp| card::list(tx, corp, &account, Page { start, size })).unwrap();
        (page.items.into_iter().map(|full| full.card.id).collect::<Vec<_>>(), page.total)
    };
    assert_eq!(list(1, 2), (vec![cards[2].clone(), cards[1].clone()], 3));
    assert_eq!(list(2, 2), (vec![cards[0].clone()], 3));

    let delete = |account: &AccountId, id: &CardId| {
        let (account, id) = (account.clone(), id.clone());
        fixture.write(move |tx, _, corp| card::delete(tx, corp, &account, &id))
    };
    assert_eq!(delete(&other, &cards[1]), Err(Rule::UnknownCard.into()));
    delete(&account, &cards[1]).unwrap();
    assert_eq!(delete(&account, &cards[1]), Err(Rule::UnknownCard.into()));
    assert_eq!(update(&fixture, &account, &cards[1], None), Err(Rule::UnknownCard.into()));
    assert_eq!(list(1, 20), (vec![cards[2].clone(), cards[0].clone()], 2));
    fixture.disable(&account);
    assert_eq!(add(&fixture, &account, &[article]), Err(Rule::AccountDisabled.into()));
    delete(&account, &cards[0]).expect("a disabled account can be cleared");
}
