use carillon_domain::{
    card::{self, MAX_ARTICLES},
    page::Page,
};
use carillon_model::{
    error::{Error, Rule},
    id::{AccountId, ArticleId, CardId},
};

use crate::world::{START, World};

fn add(world: &World, account: &AccountId, articles: &[ArticleId]) -> Result<CardId, Error> {
    let (account, articles) = (account.clone(), articles.to_vec());
    world.write(move |tx, env, corp| card::add(tx, env, corp, &account, articles))
}

fn update(
    world: &World,
    account: &AccountId,
    id: &CardId,
    articles: Option<&[ArticleId]>,
) -> Result<(), Error> {
    let (account, id, articles) = (account.clone(), id.clone(), articles.map(<[_]>::to_vec));
    world.write(move |tx, env, corp| card::update(tx, env, corp, &account, &id, articles))
}

fn shown(world: &World, account: &AccountId, id: &CardId) -> Vec<ArticleId> {
    let card = world.read(|tx, corp| card::get(tx, corp, account, id)).unwrap();
    card.articles.iter().map(|article| article.id).collect()
}

#[test]
fn a_card_keeps_its_articles_in_order_until_they_are_replaced() {
    let mut world = World::new();
    let account = world.add_account("一").unwrap();
    let ids: Vec<_> = (0..3).map(|number| world.add_article(&account, &format!("文{number}"))).collect();
    let id = add(&world, &account, &[ids[2], ids[0]]).unwrap();
    assert!(id.as_str().ends_with("iE") && id.as_str().len() == 28, "{id}");
    assert_eq!(shown(&world, &account, &id), [ids[2], ids[0]]);

    let later = world.later(1_000);
    update(&world, &account, &id, None).unwrap();
    let card = world.read(|tx, corp| card::get(tx, corp, &account, &id)).unwrap().card;
    assert_eq!((card.articles.len(), card.update_time), (2, START), "without a list nothing changes");
    update(&world, &account, &id, Some(&[ids[1]])).unwrap();
    world.reopen();
    let card = world.read(|tx, corp| card::get(tx, corp, &account, &id)).unwrap().card;
    assert_eq!((card.articles, card.update_time), (vec![ids[1]], later));
}

#[test]
fn a_card_holds_one_to_eight_articles() {
    let world = World::new();
    let account = world.add_account("一").unwrap();
    let ids: Vec<_> =
        (0..=MAX_ARTICLES).map(|number| world.add_article(&account, &format!("文{number}"))).collect();
    let id = add(&world, &account, &ids[..MAX_ARTICLES]).unwrap();
    for wrong in [&ids[..], &[]] {
        assert!(
            matches!(add(&world, &account, wrong), Err(Error::Invalid { field, .. }) if field == "articles")
        );
        assert!(matches!(update(&world, &account, &id, Some(wrong)), Err(Error::Invalid { .. })));
    }
    assert_eq!(shown(&world, &account, &id).len(), MAX_ARTICLES);
}

#[test]
fn its_articles_are_live_ones_of_the_account_each_once() {
    let world = World::new();
    let account = world.add_account("一").unwrap();
    let other = world.add_account("二").unwrap();
    let (kept, deleted) = (world.add_article(&account, "甲"), world.add_article(&account, "乙"));
    let foreign = world.add_article(&other, "丙");
    let id = add(&world, &account, &[deleted, kept]).unwrap();
    world.delete_article(&account, deleted);
    assert_eq!(shown(&world, &account, &id), [kept], "a deleted article is left out");
    assert_eq!(add(&world, &account, &[deleted]), Err(Rule::ArticleDeleted.into()));
    assert_eq!(add(&world, &account, &[foreign]), Err(Rule::UnknownArticle.into()));
    assert_eq!(update(&world, &account, &id, Some(&[ArticleId(4711)])), Err(Rule::UnknownArticle.into()));
    let twice = add(&world, &account, &[kept, kept]);
    assert!(
        matches!(&twice, Err(Error::Invalid { field, .. }) if field == "articles[1].article_id"),
        "{twice:?}"
    );
}

#[test]
fn cards_are_listed_newest_first_and_gone_when_deleted() {
    let world = World::new();
    let account = world.add_account("一").unwrap();
    let other = world.add_account("二").unwrap();
    let article = world.add_article(&account, "甲");
    let cards: Vec<_> = (0..3).map(|_| add(&world, &account, &[article]).unwrap()).collect();
    let list = |start, size| {
        let page = world.read(|tx, corp| card::list(tx, corp, &account, Page { start, size })).unwrap();
        (page.items.into_iter().map(|full| full.card.id).collect::<Vec<_>>(), page.total)
    };
    assert_eq!(list(1, 2), (vec![cards[2].clone(), cards[1].clone()], 3));
    assert_eq!(list(2, 2), (vec![cards[0].clone()], 3));

    let delete = |account: &AccountId, id: &CardId| {
        let (account, id) = (account.clone(), id.clone());
        world.write(move |tx, _, corp| card::delete(tx, corp, &account, &id))
    };
    assert_eq!(delete(&other, &cards[1]), Err(Rule::UnknownCard.into()));
    delete(&account, &cards[1]).unwrap();
    assert_eq!(delete(&account, &cards[1]), Err(Rule::UnknownCard.into()));
    assert_eq!(update(&world, &account, &cards[1], None), Err(Rule::UnknownCard.into()));
    assert_eq!(list(1, 20), (vec![cards[2].clone(), cards[0].clone()], 2));
    world.disable(&account);
    assert_eq!(add(&world, &account, &[article]), Err(Rule::AccountDisabled.into()));
    delete(&account, &cards[0]).expect("a disabled account can be cleared");
}
