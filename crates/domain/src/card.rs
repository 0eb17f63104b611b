//! Message cards (图文卡片): one to eight articles under one id.

use std::collections::HashSet;

use carillon_model::{
    article::{Article, ArticleHead, Card},
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CardId, CorpId, SendDraftId, TaskId},
    service_account::MenuButton,
    time::Timestamp,
};
use carillon_store::{Seek, Tx};

use crate::{
    account, article,
    find::{self, Budget, Found, Listed},
    mint,
    page::{Page, Paged},
    search::Query,
};

/// Maximum number of articles on a card.
pub const MAX_ARTICLES: usize = 8;
/// Maximum number of cards of an account. Decided: an app that makes a card for each of five sends a day has room for five years.
///
/// Cards that drafts of sends have for themselves are not counted, and those of sent drafts and previews are never refused.
pub const MAX_CARDS: i64 = 10_000;
/// Maximum number of uses of one kind that are found.
const MAX_USES: i64 = 20;

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
///
/// # Errors
/// [`Rule::AccountDisabled`], [`Rule::UnknownArticle`], [`Rule::ArticleDeleted`]; `articles`, also if the account has
/// [`MAX_CARDS`] cards.
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
    account::enabled(tx, corp, account)?;
    check_articles(tx, corp, account, &articles)?;
    require_room(tx, corp, account, "articles")?;
    insert(tx, env, corp, account, articles)
}

/// Adds the card of a draft of a send, or of a preview, for which there is always room: drafts are limited, and a preview uses the card
/// of the one before.
pub(crate) fn add_for_send(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
    account::enabled(tx, corp, account)?;
    check_articles(tx, corp, account, &articles)?;
    insert(tx, env, corp, account, articles)
}

fn require_room(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, field: &'static str) -> Result<()> {
    // The count of all cards is the cheaper one, and nearly always enough.
    let has_room =
        tx.count_cards(corp, account)? < MAX_CARDS || tx.count_library_cards(corp, account)? < MAX_CARDS;
    if has_room { Ok(()) } else { Err(Error::invalid(field, FULL)) }
}

fn insert(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
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

/// Returns cards of an account from a place on, newest first, with the numbers by which they are sorted: those that a search finds in their
/// articles, or all without one. Cards that a draft of a send has for itself are not among them.
pub fn library(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    query: Option<&Query>,
    seek: Seek<i64>,
    limit: usize,
) -> Result<Found<(i64, Card), i64>> {
    tx.state().corp(corp)?.account(account)?;
    let listed = Listed {
        read: |tx: &mut Tx<'_>, seek: &Seek<i64>, most| tx.library_cards(corp, account, seek, most),
        key: |(number, _): &(i64, Card)| *number,
        matches: |tx: &mut Tx<'_>, query: &Query, (_, card): &(i64, Card), budget: &mut Budget| {
            let articles = heads(tx, corp, card)?;
            find::in_articles(tx, corp, query, Vec::new(), &articles, budget)
        },
    };
    find::find(tx, query, seek, limit, listed)
}

/// Returns a card of an account as it is stored, with articles that were deleted since.
///
/// # Errors
/// [`Rule::UnknownCard`], also for one of another account.
pub fn stored(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<Card> {
    tx.state().corp(corp)?.account(account)?;
    find(tx, corp, account, id)
}

/// Adds a card, and names an article that cannot be on it.
pub fn add_named(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    articles: Vec<ArticleId>,
) -> Result<CardId> {
    account::enabled(tx, corp, account)?;
    check_named(tx, corp, account, ARTICLE_IDS, &articles)?;
    require_room(tx, corp, account, ARTICLE_IDS)?;
    insert(tx, env, corp, account, articles)
}

/// Replaces the articles of the card that an operator has read, unless somebody else changed it since.
///
/// # Errors
/// [`Rule::DraftChanged`] if it changed; [`Error::Invalid`] with the article that cannot be on it.
pub fn update_unchanged(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (account, id, based_on): (&AccountId, &CardId, Timestamp),
    articles: Vec<ArticleId>,
) -> Result<Timestamp> {
    let before = stored(tx, corp, account, id)?;
    if before.articles == articles {
        return Ok(before.update_time);
    }
    if before.update_time != based_on {
        return Err(Rule::DraftChanged.into());
    }
    check_named(tx, corp, account, ARTICLE_IDS, &articles)?;
    update(tx, env, corp, account, id, Some(articles))?;
    Ok(env.now())
}

/// What shows a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardUse {
    /// A send, also one that waits for its time.
    Send(TaskId),
    /// The draft of a send.
    SendDraft(SendDraftId),
    /// The menu of the account.
    Menu,
    /// The automatic replies of the account.
    AutoReply,
    /// A conversation.
    Conversation,
}

/// Finds what shows a card of an account.
pub fn uses(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<Vec<CardUse>> {
    let mut uses = Vec::new();
    let shows = |button: &MenuButton| button.media_id.as_deref() == Some(id.as_str());
    let menu = tx.state().corp(corp)?.account(account)?.menu.as_ref();
    let mut buttons = menu.iter().flat_map(|menu| &menu.buttons);
    if buttons.any(|button| shows(button) || button.children.iter().any(shows)) {
        uses.push(CardUse::Menu);
    }
    if tx.is_card_replied(corp, account, id)? {
        uses.push(CardUse::AutoReply);
    }
    uses.extend(tx.send_drafts_with_card(corp, id, MAX_USES)?.into_iter().map(CardUse::SendDraft));
    uses.extend(tx.sends_with_card(corp, id, MAX_USES)?.into_iter().map(CardUse::Send));
    if tx.is_card_posted(corp, id)? {
        uses.push(CardUse::Conversation);
    }
    Ok(uses)
}

/// Deletes a card that nothing shows: the messages of one that was sent would be empty.
///
/// # Errors
/// [`Rule::CardInUse`]
pub fn delete_unused(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<()> {
    stored(tx, corp, account, id)?;
    if !uses(tx, corp, account, id)?.is_empty() {
        return Err(Rule::CardInUse.into());
    }
    delete(tx, corp, account, id)
}

/// Deletes a card that a draft has for itself, unless something else shows it, such as a preview.
pub(crate) fn drop_of_draft(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: &CardId,
    draft: SendDraftId,
) -> Result<()> {
    if tx.draft_of_card(corp, id)? == Some(draft) && uses(tx, corp, account, id)?.is_empty() {
        delete(tx, corp, account, id)?;
    }
    Ok(())
}

/// Refuses articles that cannot be on a card, and names each by its place in the field: `article_ids[2]`.
pub fn check_named(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    field: &'static str,
    articles: &[ArticleId],
) -> Result<()> {
    if articles.is_empty() {
        return Err(Error::invalid(field, EMPTY));
    }
    if articles.len() > MAX_ARTICLES {
        return Err(Error::invalid(field, format!("must have at most {MAX_ARTICLES} items")));
    }
    for (index, id) in articles.iter().enumerate() {
        let refuse = |reason: &'static str| Err(Error::invalid(format!("{field}[{index}]"), reason));
        match tx.article_head(corp, *id)? {
            Some(article) if article.account != *account => return refuse(NO_ARTICLE),
            Some(article) if article.deleted => return refuse(DELETED),
            Some(_) if articles.iter().take(index).any(|before| before == id) => return refuse(TWICE),
            Some(_) => {}
            None => return refuse(NO_ARTICLE),
        }
    }
    Ok(())
}

/// Refuses a card with an article that readers cannot open, and names it by its place. Other than a send of an app, which leaves out
/// articles that were deleted: what an operator has read and approved is sent whole or not at all.
pub(crate) fn check_published(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    field: &'static str,
    card: &Card,
) -> Result<()> {
    check_named(tx, corp, &card.account, field, &card.articles)?;
    for (index, id) in card.articles.iter().enumerate() {
        if tx.article_head(corp, *id)?.is_none_or(|article| article.published.is_none()) {
            return Err(Error::invalid(format!("{field}[{index}]"), UNPUBLISHED));
        }
    }
    Ok(())
}

/// The field of the articles of a card.
pub const ARTICLE_IDS: &str = "article_ids";
/// Why a card without articles is refused.
pub const EMPTY: &str = "must not be empty";
/// Why a new card is refused if the account has [`MAX_CARDS`] of them.
pub const FULL: &str = "cannot be put on a new card: the account has 10,000 cards";
/// Why an article cannot be on a card.
pub const NO_ARTICLE: &str = "is no article of the account";
/// Why an article cannot be on a card.
pub const DELETED: &str = "was deleted";
/// Why an article cannot be on a card.
pub const TWICE: &str = "is on the card already";
/// Why a card cannot be sent.
pub const UNPUBLISHED: &str = "is not published";

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
