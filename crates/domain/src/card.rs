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

/// Maximum number of articles on a card.
pub const MAX_ARTICLES: usize = 8;

/// A card with its articles, in their order on the card.
///
/// Decided: articles deleted since are left out, because their links no longer work. A card may become empty this way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullCard {
    /// The card.
    pub card: Card,
    /// Its articles that are not deleted.
    pub articles: Vec<Article>,
}

/// Adds a card and returns its id. Decided: its articles need not be published yet.
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

/// Replaces the articles of a card. The documentation does not say whether the new list replaces or extends the old one. Decided:
/// it replaces, because only that can remove an article. Nothing changes if there is no list.
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

/// Deletes a card and keeps its articles. Cards of a disabled account can still be deleted.
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<()> {
    tx.state().corp(corp)?.account(account)?;
    let card = find(tx, corp, account, id)?;
    tx.changed(corp, Change::removed(Subject::Card, id).with("articles", ids(&card.articles)));
    tx.delete_card(corp, id)
}

/// Returns a card of an account with its articles.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<FullCard> {
    tx.state().corp(corp)?.account(account)?;
    let card = find(tx, corp, account, id)?;
    with_articles(tx, corp, card)
}

/// Returns a page of the cards of an account, newest first. Decided: no order is documented.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, page: Page) -> Result<Paged<FullCard>> {
    tx.state().corp(corp)?.account(account)?;
    let cards = tx.cards(corp, account, page.offset(), page.size)?;
    Ok(Paged {
        items: cards.into_iter().map(|card| with_articles(tx, corp, card)).collect::<Result<_>>()?,
        total: tx.count_cards(corp, account)?,
    })
}

/// Refuses a card that would show nothing: it does not belong to the account, or none of its articles is published.
pub fn require_readable(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<()> {
    let card = find(tx, corp, account, id)?;
    let articles = heads(tx, corp, &card)?;
    let readable = articles.iter().any(|article| article.published.is_some());
    if readable { Ok(()) } else { Err(Rule::UnknownCard.into()) }
}

/// Adds the articles that are not deleted to a card.
pub fn with_articles(tx: &mut Tx<'_>, corp: &CorpId, card: Card) -> Result<FullCard> {
    let mut articles = Vec::with_capacity(card.articles.len());
    for id in &card.articles {
        articles.extend(tx.article(corp, *id)?.filter(|article| !article.deleted));
    }
    Ok(FullCard { card, articles })
}

/// Returns the articles of a card that are not deleted, without their contents.
pub fn heads(tx: &mut Tx<'_>, corp: &CorpId, card: &Card) -> Result<Vec<ArticleHead>> {
    let mut articles = Vec::with_capacity(card.articles.len());
    for id in &card.articles {
        articles.extend(tx.article_head(corp, *id)?.filter(|article| !article.deleted));
    }
    Ok(articles)
}

/// Returns the articles of an account's card that are not deleted, without their contents.
pub fn heads_of(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: &CardId,
) -> Result<Vec<ArticleHead>> {
    let card = find(tx, corp, account, id)?;
    heads(tx, corp, &card)
}

/// Article ids as text for the audit trail.
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
        // Decided: naming the same article twice is an error of the caller.
        if !seen.insert(*id) {
            return Err(Error::invalid(format!("articles[{index}].article_id"), "is on the card already"));
        }
        article::find(tx, corp, account, *id)?;
    }
    Ok(())
}
