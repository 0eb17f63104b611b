//! The record of an account's sends.

use carillon_model::{
    article::Article,
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
) -> Result<Paged<FullRecord>> {
    in_service(tx, corp, account)?;
    let records = tx.send_records(corp, account, filter, page.offset(), page.size)?;
    Ok(Paged {
        items: records.into_iter().map(|record| with_articles(tx, corp, record)).collect::<Result<_>>()?,
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
    with_articles(tx, corp, record)
}

/// The page of the records tells an account that is not valid from one that does not exist.
fn in_service(tx: &Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<()> {
    crate::account::enabled(tx, corp, account).map(|_| ())
}

fn with_articles(tx: &mut Tx<'_>, corp: &CorpId, record: SendRecord) -> Result<FullRecord> {
    let card = match record.message.card() {
        Some(id) => tx.card(corp, id)?,
        None => None,
    };
    let articles = match card {
        Some(card) => card::with_articles(tx, corp, card)?.articles,
        None => Vec::new(),
    };
    Ok(FullRecord { title: title(&record.message, &articles), record, articles })
}

/// Decided, as nothing is documented: a text has its first line for a title, a card that of its first article.
fn title(message: &Message, articles: &[Article]) -> Option<String> {
    match message {
        Message::Text { content } | Message::Ding { content, .. } => {
            let line = content.trim().lines().next().unwrap_or_default();
            Some(line.chars().take(TITLE_CHARS).collect())
        }
        Message::Markdown { title, .. } | Message::ActionCard { title, .. } | Message::Link { title, .. } => {
            Some(title.clone())
        }
        Message::NewsCard { .. } | Message::SingleNewsCard { .. } => {
            let text = |article: &Article| article.published.as_ref().unwrap_or(&article.draft).title.clone();
            articles.first().map(text)
        }
        Message::Image { .. } => None,
    }
}
