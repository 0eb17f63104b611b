//! Reading an article.

use carillon_model::{
    article::{ArticleCopy, ArticleHead, Headline},
    env::Env,
    error::Result,
    fact::ArticleRead,
    id::{AccountId, ArticleId, CorpId, MemberNo, TaskId},
    message::Message,
    time::{DAY_MS, Timestamp},
};
use carillon_store::Tx;

use crate::{inbox, stats::fact};

/// Who wants to read.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    /// A member of the organisation; none for everybody else.
    pub member: Option<MemberNo>,
    /// The preview that the link came from.
    pub preview: Option<TaskId>,
}

/// What a reader sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The account that it belongs to.
    pub account: AccountId,
    /// Which copy of the article it is: of a preview the draft.
    pub copy: ArticleCopy,
    /// What stands above it.
    pub headline: Headline,
    /// When that copy was published; of a draft, when it last changed.
    pub time: Timestamp,
    /// Whether readers may pass it on.
    pub allow_forward: bool,
    /// When the link of a preview ends.
    pub preview_until: Option<Timestamp>,
}

/// Why an article cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is none, or it was never published.
    Unknown,
    /// It was deleted.
    Deleted,
    /// For members of the organisation; a preview, for the member that it was sent to.
    MembersOnly,
    /// The preview was taken back.
    Recalled,
    /// The preview is older than 24 hours.
    PreviewOver,
}

/// Opens an article, and counts that it was opened: the total at each time, each member once. A preview counts nothing.
pub fn open(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: ArticleId,
    reader: &Reader,
) -> Result<Result<Opened, Refused>> {
    let opened = look(tx, env, corp, id, reader)?;
    if let Ok(opened) = &opened
        && reader.preview.is_none()
    {
        tx.record_article_read(corp, id, reader.member, env.now())?;
        let read = ArticleRead { unionid: opened.account.to_string(), article_id: id.0 };
        fact::record(tx, corp, env.now(), reader.member, read)?;
    }
    Ok(opened)
}

/// The same without counting, for whoever has it open already.
pub fn look(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: ArticleId,
    reader: &Reader,
) -> Result<Result<Opened, Refused>> {
    let Some(article) = tx.article_head(corp, id)? else { return Ok(Err(Refused::Unknown)) };
    if article.deleted {
        return Ok(Err(Refused::Deleted));
    }
    if let Some(task) = &reader.preview {
        return open_preview(tx, env, corp, article, reader.member, task);
    }
    let (Some(headline), Some(time)) = (article.published, article.publish_time) else {
        return Ok(Err(Refused::Unknown));
    };
    if !article.public && reader.member.is_none() {
        return Ok(Err(Refused::MembersOnly));
    }
    let (account, allow_forward) = (article.account, article.allow_forward);
    let copy = ArticleCopy::Published;
    Ok(Ok(Opened { account, copy, headline, time, allow_forward, preview_until: None }))
}

fn open_preview(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    article: ArticleHead,
    member: Option<MemberNo>,
    task: &TaskId,
) -> Result<Result<Opened, Refused>> {
    let Some(member) = member else { return Ok(Err(Refused::MembersOnly)) };
    let Some(send) = tx.send_by_task(corp, &article.account, task)?.filter(|send| send.preview) else {
        return Ok(Err(Refused::Unknown));
    };
    if send.recalled_at.is_some() {
        return Ok(Err(Refused::Recalled));
    }
    if inbox::message(tx, corp, member, &article.account, task)?.is_none() {
        return Ok(Err(Refused::MembersOnly));
    }
    let until = send.created_at.plus_ms(DAY_MS);
    if env.now() >= until {
        return Ok(Err(Refused::PreviewOver));
    }
    let on_card = match &send.message {
        Message::NewsCard { card_id } | Message::SingleNewsCard { card_id } => {
            tx.card(corp, card_id)?.is_some_and(|card| card.articles.contains(&article.id))
        }
        _ => false,
    };
    if !on_card {
        return Ok(Err(Refused::Unknown));
    }
    Ok(Ok(Opened {
        account: article.account,
        copy: ArticleCopy::Draft,
        headline: article.draft,
        time: article.update_time,
        // Passing on a link that only one member can open helps nobody.
        allow_forward: false,
        preview_until: Some(until),
    }))
}
