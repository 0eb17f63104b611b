//! Message cards (图文卡片): one to eight articles under one id.

use std::collections::HashSet;

use carillon_model::{
    article::{Article, ArticleHead, Card},
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, CorpId},
};
use carillon_store::Tx;

use crate::{
    account, article, mint,
    page::{Page, Paged},
};

/// How many articles a card holds.
pub const MAX_ARTICLES: usize = 8;

/// A card with its articles, in the order given.
///
/// Decided: an article that was deleted since is left out, as its link no longer works. A card may so become empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullCard {
    /// The card.
    pub card: Card,
    /// Those of its articles that are live.
    pub articles: Vec<Article>,
}

/// Adds a card; answers its id. Decided: its articles need not be published yet.
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
    account::enabled(tx, corp, account)?;
    check_articles(tx, corp, account, &articles)?;
    let card = Card { id: mint::card_id(env), account: account.clone(), articles, update_time: env.now() };
    tx.insert_card(corp, &card)?;
    tx.changed(corp, Change::created(Subject::Card, &card.id).with("articles", ids(&card.articles)));
    Ok(card.id)
}

/// Replaces the articles of a card. Decided, as the page does not say whether the new list replaces or extends the old one:
/// only replacing can take an article out. Without a list nothing changes.
pub fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: &CardId,
    articles: Option<Vec<ArticleId>>,
) -> Result<()> {
    account::enabled(tx, corp, account)?;
    let before = find(tx, corp, account, id)?.articles;
    let Some(articles) = articles else { return Ok(()) };
    check_articles(tx, corp, account, &articles)?;
    let change = Change::updated(Subject::Card, id).between("articles", ids(&before), ids(&articles));
    tx.changed(corp, change);
    tx.set_card_articles(corp, id, &articles, env.now())
}

/// Deletes a card; its articles stay. A card of a disabled account can still be deleted.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<()> {
    tx.state().corp(corp)?.account(account)?;
    let card = find(tx, corp, account, id)?;
    tx.changed(corp, Change::removed(Subject::Card, id).with("articles", ids(&card.articles)));
    tx.delete_card(corp, id)
}

/// A card of an account.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<FullCard> {
    tx.state().corp(corp)?.account(account)?;
    let card = find(tx, corp, account, id)?;
    with_articles(tx, corp, card)
}

/// A page of the cards of an account, newest first (decided: no order is documented).
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, page: Page) -> Result<Paged<FullCard>> {
    tx.state().corp(corp)?.account(account)?;
    let cards = tx.cards(corp, account, page.offset(), page.size)?;
    Ok(Paged {
        items: cards.into_iter().map(|card| with_articles(tx, corp, card)).collect::<Result<_>>()?,
        total: tx.count_cards(corp, account)?,
    })
}

/// Refuses a card that shows its readers nothing: it is not the account's, or none of its articles is published.
pub fn require_readable(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<()> {
    let card = find(tx, corp, account, id)?;
    let articles = heads(tx, corp, &card)?;
    let readable = articles.iter().any(|article| article.published.is_some());
    if readable { Ok(()) } else { Err(Rule::UnknownCard.into()) }
}

/// A card and those of its articles that are live.
pub fn with_articles(tx: &mut Tx<'_>, corp: &CorpId, card: Card) -> Result<FullCard> {
    let mut articles = Vec::with_capacity(card.articles.len());
    for id in &card.articles {
        articles.extend(tx.article(corp, *id)?.filter(|article| !article.deleted));
    }
    Ok(FullCard { card, articles })
}

/// Those of a card's articles that are live, without their contents.
pub fn heads(tx: &mut Tx<'_>, corp: &CorpId, card: &Card) -> Result<Vec<ArticleHead>> {
    let mut articles = Vec::with_capacity(card.articles.len());
    for id in &card.articles {
        articles.extend(tx.article_head(corp, *id)?.filter(|article| !article.deleted));
    }
    Ok(articles)
}

/// Those of the articles of an account's card that are live, without their contents.
pub fn heads_of(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: &CardId,
) -> Result<Vec<ArticleHead>> {
    let card = find(tx, corp, account, id)?;
    heads(tx, corp, &card)
}

/// Articles by number, as the audit trail tells them.
fn ids(articles: &[ArticleId]) -> String {
    articles.iter().map(ArticleId::to_string).collect::<Vec<_>>().join(" ")
}

fn find(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<Card> {
    tx.card(corp, id)?.filter(|card| card.account == *account).ok_or(Error::Rule(Rule::UnknownCard))
}

fn check_articles(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, articles: &[ArticleId]) -> Result<()> {
    if articles.is_empty() || articles.len() > MAX_ARTICLES {
        return Err(Error::invalid("articles", format!("must have 1 to {MAX_ARTICLES} items")));
    }
    let mut seen = HashSet::new();
    for (index, id) in articles.iter().enumerate() {
        // Decided: the same article twice on one card is a mistake of the caller's.
        if !seen.insert(*id) {
            return Err(Error::invalid(format!("articles[{index}].article_id"), "is on the card already"));
        }
        article::find(tx, corp, account, *id)?;
    }
    Ok(())
}
