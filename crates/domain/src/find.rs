//! Searches of operators in their lists. Entries are examined one by one in the order of the list, since their texts are in articles and
//! messages. One page examines a bounded number of them.

use carillon_model::{
    article::{ArticleCopy, ArticleHead},
    error::{Error, Result},
    id::CorpId,
    message::Message,
};
use carillon_store::{Seek, Tx};

use crate::{
    article::plain_text,
    card,
    search::{Query, texts_of},
};

/// The entries that one page examines.
pub const MAX_ENTRIES: usize = 5_000;
/// The bytes of articles that one page examines.
pub const MAX_ARTICLE_BYTES: usize = 16 << 20;
/// Entries that are read in one query.
const CHUNK: usize = 100;

/// What one page may still examine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Entries.
    pub entries: usize,
    /// Bytes of articles.
    pub article_bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { entries: MAX_ENTRIES, article_bytes: MAX_ARTICLE_BYTES }
    }
}

impl Budget {
    fn is_used_up(self) -> bool {
        self.entries == 0 || self.article_bytes == 0
    }
}

/// The entries that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<T, Key> {
    /// The entries, in the order in which they were read.
    pub rows: Vec<T>,
    /// The entry behind which the search goes on, if its budget ended before the list did and before there were enough entries.
    pub cut_at: Option<Key>,
}

impl<T, Key> Found<T, Key> {
    /// Where the next part of a list begins; `None` at its end. `limit` is how many entries were asked for.
    pub fn next(&self, limit: usize, key: impl Fn(&T) -> Key) -> Option<Seek<Key>>
    where
        Key: Clone,
    {
        let last = self.rows.last().filter(|_| self.rows.len() >= limit).map(key);
        last.or_else(|| self.cut_at.clone()).map(Seek::After)
    }
}

/// The list that a search goes through.
pub struct Listed<R, K, M> {
    /// Reads at most as many entries as the number says.
    pub read: R,
    /// The key of an entry.
    pub key: K,
    /// Whether an entry is found. It takes what it reads of articles from the budget.
    pub matches: M,
}

/// Returns at most `limit` entries of a list from a place on: those that a search finds, or all without one.
pub fn find<T, Key>(
    tx: &mut Tx<'_>,
    query: Option<&Query>,
    seek: Seek<Key>,
    limit: usize,
    mut listed: Listed<
        impl FnMut(&mut Tx<'_>, &Seek<Key>, i64) -> Result<Vec<T>>,
        impl Fn(&T) -> Key,
        impl FnMut(&mut Tx<'_>, &Query, &T, &mut Budget) -> Result<bool>,
    >,
) -> Result<Found<T, Key>>
where
    Key: Clone,
{
    let count = |number: usize| i64::try_from(number).map_err(Error::internal);
    let Some(query) = query else {
        return Ok(Found { rows: (listed.read)(tx, &seek, count(limit)?)?, cut_at: None });
    };
    let (mut seek, mut budget, mut rows) = (seek, Budget::default(), Vec::new());
    loop {
        let size = CHUNK.min(budget.entries);
        let chunk = (listed.read)(tx, &seek, count(size)?)?;
        let is_last = chunk.len() < size;
        for row in chunk {
            budget.entries -= 1;
            let key = (listed.key)(&row);
            seek = seek.behind(key.clone());
            if (listed.matches)(tx, query, &row, &mut budget)? {
                rows.push(row);
            }
            if rows.len() >= limit {
                return Ok(Found { rows, cut_at: None });
            }
            if budget.is_used_up() {
                return Ok(Found { rows, cut_at: Some(key) });
            }
        }
        if is_last {
            return Ok(Found { rows, cut_at: None });
        }
    }
}

/// Returns true if a search finds a message, or the articles that it shows.
pub(crate) fn in_message(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    query: &Query,
    message: &Message,
    budget: &mut Budget,
) -> Result<bool> {
    let (texts, card) = texts_of(message);
    let articles = match card.map_or(Ok(None), |id| tx.card(corp, id))? {
        Some(card) => card::heads(tx, corp, &card)?,
        None => Vec::new(),
    };
    in_articles(tx, corp, query, texts, &articles, budget)
}

/// Returns true if a search finds texts, or articles in either copy.
pub(crate) fn in_articles(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    query: &Query,
    mut texts: Vec<String>,
    articles: &[ArticleHead],
    budget: &mut Budget,
) -> Result<bool> {
    for article in articles {
        for headline in [Some(&article.draft), article.published.as_ref()].into_iter().flatten() {
            texts.push(headline.title.clone());
            texts.extend(headline.digest.clone());
        }
    }
    if query.finds(&texts) {
        return Ok(true);
    }
    for article in articles {
        let published = article.published.as_ref().map(|_| ArticleCopy::Published);
        for copy in [Some(ArticleCopy::Draft), published].into_iter().flatten() {
            let content = tx.article_content(corp, article.id, copy)?.unwrap_or_default();
            budget.article_bytes = budget.article_bytes.saturating_sub(content.len());
            texts.push(plain_text(&content));
        }
        if query.finds(&texts) {
            return Ok(true);
        }
    }
    Ok(false)
}
