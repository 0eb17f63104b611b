//! The record of an account's sends.

use carillon_model::{
    article::{Article, ArticleHead, Card},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    message::Message,
};
use carillon_store::{RecordFilter, SendRecord, Tx};

use crate::{
    card,
    page::{Page, Paged},
};

/// Characters of a text that stand for its title.
const TITLE_CHARS: usize = 64;

/// A send in a list.
#[derive(Clone, Debug)]
pub struct TitledRecord {
    /// The send.
    pub record: SendRecord,
    /// Its title; a picture has none.
    pub title: Option<String>,
}

/// A send with what it shows.
#[derive(Clone, Debug)]
pub struct FullRecord {
    /// The send.
    pub record: SendRecord,
    /// Its title; a picture has none.
    pub title: Option<String>,
    /// Those of its articles that are live.
    pub articles: Vec<Article>,
}

/// A page of the sends of an account, newest first.
pub fn records(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    filter: &RecordFilter,
    page: Page,
) -> Result<Paged<TitledRecord>> {
    in_service(tx, corp, account)?;
    let records = tx.send_records(corp, account, filter, page.offset(), page.size)?;
    Ok(Paged {
        items: records.into_iter().map(|record| titled(tx, corp, record)).collect::<Result<_>>()?,
        total: tx.count_send_records(corp, account, filter)?,
    })
}

/// One send of an account, whatever became of it.
pub fn record(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
) -> Result<FullRecord> {
    in_service(tx, corp, account)?;
    let record = tx.send_record(corp, account, task, env.now())?.ok_or(Error::Rule(Rule::UnknownTask))?;
    let articles = match card_of(tx, corp, &record)? {
        Some(card) => card::with_articles(tx, corp, card)?.articles,
        None => Vec::new(),
    };
    let TitledRecord { record, title } = titled(tx, corp, record)?;
    Ok(FullRecord { record, title, articles })
}

/// The page of the records tells an account that is not valid from one that does not exist.
fn in_service(tx: &Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<()> {
    crate::account::enabled(tx, corp, account).map(|_| ())
}

fn card_of(tx: &mut Tx<'_>, corp: &CorpId, record: &SendRecord) -> Result<Option<Card>> {
    record.message.card().map_or(Ok(None), |id| tx.card(corp, id))
}

fn titled(tx: &mut Tx<'_>, corp: &CorpId, record: SendRecord) -> Result<TitledRecord> {
    let articles = match card_of(tx, corp, &record)? {
        Some(card) => card::heads(tx, corp, &card)?,
        None => Vec::new(),
    };
    Ok(TitledRecord { title: title(&record.message, &articles), record })
}

/// Decided, as nothing is documented: a text has its first line for a title, a card that of its first article.
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
