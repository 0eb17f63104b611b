//! Records of an account's sends.

use carillon_model::{
    article::{Article, ArticleHead, Card},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    message::Message,
};
use carillon_store::{RecordFilter, RecordPosition, Seek, SendRecord, Tx};

use crate::{
    card,
    find::{self, Budget, Found, Listed},
    page::{Page, Paged},
    search::Query,
};

/// Maximum length of a title that is made from a text, in characters.
const TITLE_CHARS: usize = 64;

/// A send in a list of records.
#[derive(Clone, Debug)]
pub struct TitledRecord {
    /// The send.
    pub record: SendRecord,
    /// Its title. None for a picture.
    pub title: Option<String>,
}

/// A send with its articles.
#[derive(Clone, Debug)]
pub struct FullRecord {
    /// The send.
    pub record: SendRecord,
    /// Its title. None for a picture.
    pub title: Option<String>,
    /// Its articles that are not deleted.
    pub articles: Vec<Article>,
}

/// Returns a page of the sends of an account, newest first.
pub fn records(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    filter: &RecordFilter,
    page: Page,
) -> Result<Paged<TitledRecord>> {
    require_enabled(tx, corp, account)?;
    let records = tx.send_records(corp, account, filter, page.offset(), page.size)?;
    Ok(Paged {
        items: records.into_iter().map(|record| titled(tx, corp, record)).collect::<Result<_>>()?,
        total: tx.count_send_records(corp, account, filter)?,
    })
}

/// Returns sends of an account from a place on, newest first: those that a search finds in their messages and articles, or all without
/// one.
pub fn records_at(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    (filter, query): (&RecordFilter, Option<&Query>),
    seek: Seek<RecordPosition>,
    limit: usize,
) -> Result<Found<TitledRecord, RecordPosition>> {
    require_enabled(tx, corp, account)?;
    let listed = Listed {
        read: |tx: &mut Tx<'_>, seek: &Seek<RecordPosition>, most| {
            tx.send_records_at(corp, account, filter, seek, most)
        },
        key: RecordPosition::of,
        matches: |tx: &mut Tx<'_>, query: &Query, record: &SendRecord, budget: &mut Budget| {
            find::in_message(tx, corp, query, &record.message, budget)
        },
    };
    let Found { rows, cut_at } = find::find(tx, query, seek, limit, listed)?;
    let rows = rows.into_iter().map(|record| titled(tx, corp, record)).collect::<Result<_>>()?;
    Ok(Found { rows, cut_at })
}

/// Returns a send of an account, in any state.
pub fn record(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
) -> Result<FullRecord> {
    require_enabled(tx, corp, account)?;
    let record = tx.send_record(corp, account, task, env.now())?.ok_or(Error::Rule(Rule::UnknownTask))?;
    let articles = match card_of(tx, corp, &record)? {
        Some(card) => card::with_articles(tx, corp, card)?.articles,
        None => Vec::new(),
    };
    let TitledRecord { record, title } = titled(tx, corp, record)?;
    Ok(FullRecord { record, title, articles })
}

/// The documentation of the records has different errors for a disabled account and an unknown one.
fn require_enabled(tx: &Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<()> {
    crate::account::enabled(tx, corp, account).map(|_| ())
}

fn card_of(tx: &mut Tx<'_>, corp: &CorpId, record: &SendRecord) -> Result<Option<Card>> {
    record.message.card().map_or(Ok(None), |id| tx.card(corp, id))
}

fn titled(tx: &mut Tx<'_>, corp: &CorpId, record: SendRecord) -> Result<TitledRecord> {
    Ok(TitledRecord { title: title_of(tx, corp, &record.message)?, record })
}

/// Returns the title of a message; none for a picture.
pub fn title_of(tx: &mut Tx<'_>, corp: &CorpId, message: &Message) -> Result<Option<String>> {
    let card = message.card().map_or(Ok(None), |id| tx.card(corp, id))?;
    let articles = match card {
        Some(card) => card::heads(tx, corp, &card)?,
        None => Vec::new(),
    };
    Ok(title(message, &articles))
}

/// Decided, as nothing is documented: the title of a text is its first line, that of a card is the title of its first article.
fn title(message: &Message, articles: &[ArticleHead]) -> Option<String> {
    match message {
        Message::Text { content } | Message::Ding { content, .. } => {
            let line = content.trim().lines().next().unwrap_or_default();
            Some(line.chars().take(TITLE_CHARS).collect())
        }
        Message::Markdown { title, .. } | Message::ActionCard { title, .. } | Message::Link { title, .. } => {
            Some(title.clone())
        }
        Message::NewsCard { .. } | Message::SingleNewsCard { .. } => {
            let text =
                |article: &ArticleHead| article.published.as_ref().unwrap_or(&article.draft).title.clone();
            articles.first().map(text)
        }
        Message::Image { .. } => None,
    }
}
