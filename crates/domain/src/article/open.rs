//! Opens an article for a reader.

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

use super::{
    article_link::{ArticleLink, LinkSource},
    audience::{Delivered, delivered},
};
use crate::{inbox, stats::fact};

/// A reader and the link that was followed.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The member who is signed in. None for everybody else.
    pub member: Option<MemberNo>,
    /// The link.
    pub link: ArticleLink,
}

/// An article that the reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedArticle {
    /// The account that owns it.
    pub account: AccountId,
    /// The copy to show: the draft for a preview, else the published one.
    pub copy: ArticleCopy,
    /// Title, summary and cover of that copy.
    pub headline: Headline,
    /// When that copy was published; for a draft, when it last changed.
    pub time: Timestamp,
    /// Whether readers may forward it.
    pub allow_forward: bool,
    /// When the link of a preview expires.
    pub preview_until: Option<Timestamp>,
}

/// Why a reader may not see an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessDenied {
    /// It does not exist, or was never published.
    Unknown,
    /// It was deleted.
    Deleted,
    /// It is for members of the organisation. A preview is for the member that it was sent to.
    MembersOnly,
    /// It must not be forwarded, and the reader did not receive it.
    ReceiversOnly,
    /// The message of the link was recalled.
    Recalled,
    /// The preview is older than 24 hours.
    PreviewOver,
}

/// Opens an article and counts the view: each view in the total, each member once. A preview counts nothing.
pub fn open(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    reader: &Reader,
) -> Result<Result<OpenedArticle, AccessDenied>> {
    let opened = resolve_link(tx, env, corp, reader)?;
    if let Ok(opened) = &opened {
        count_view(tx, env, corp, reader, opened)?;
    }
    Ok(opened)
}

/// Counts a view of an article.
pub fn count_view(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    reader: &Reader,
    opened: &OpenedArticle,
) -> Result<()> {
    if opened.copy == ArticleCopy::Draft {
        return Ok(());
    }
    tx.record_article_read(corp, reader.link.id, reader.member, env.now())?;
    let read = ArticleRead { unionid: opened.account.to_string(), article_id: reader.link.id.0 };
    fact::record(tx, corp, env.now(), reader.member, read)
}

/// Resolves a link to the article that the reader may see. Counts nothing.
///
/// Decided: recalling a message closes its link for everybody. An article for the organisation can be read by any member with a
/// link. If it must not be forwarded, only members who received it with a message can read it. A public article can be read by
/// everybody with a link, even if it must not be forwarded. URLs without a code come from before codes existed: they work for
/// articles that were published then, and for members who received the message that they name.
pub fn resolve_link(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    reader: &Reader,
) -> Result<Result<OpenedArticle, AccessDenied>> {
    let link = &reader.link;
    let Some(article) = tx.article_head(corp, link.id)? else { return Ok(Err(AccessDenied::Unknown)) };
    let is_authentic = link.is_authentic(env, corp);
    if let LinkSource::Preview(task) = &link.source {
        // Without the code, strangers must not find out which articles exist.
        return match (article.deleted, is_authentic || reader.member.is_some()) {
            (_, false) => Ok(Err(AccessDenied::Unknown)),
            (true, true) => Ok(Err(AccessDenied::Deleted)),
            (false, true) => open_preview(tx, env, corp, article, reader.member, task),
        };
    }
    let message = match source_message(tx, corp, &article, reader)? {
        Some(message) => message,
        None => return Ok(Err(AccessDenied::Unknown)),
    };
    let is_known_without_code = link.code.is_none() && (article.has_plain_link || message.reached_reader);
    if !is_authentic && !is_known_without_code {
        return Ok(Err(AccessDenied::Unknown));
    }
    if message.is_recalled {
        return Ok(Err(AccessDenied::Recalled));
    }
    if article.deleted {
        return Ok(Err(AccessDenied::Deleted));
    }
    if !article.public {
        let Some(member) = reader.member else { return Ok(Err(AccessDenied::MembersOnly)) };
        if !article.allow_forward && !message.reached_reader {
            match delivered(tx, corp, &article, member)? {
                Delivered::Yes => {}
                Delivered::Recalled => return Ok(Err(AccessDenied::Recalled)),
                Delivered::No => return Ok(Err(AccessDenied::ReceiversOnly)),
            }
        }
    }
    let (Some(headline), Some(time)) = (article.published, article.publish_time) else {
        return Ok(Err(AccessDenied::Unknown));
    };
    let (account, allow_forward) = (article.account, article.allow_forward);
    let copy = ArticleCopy::Published;
    Ok(Ok(OpenedArticle { account, copy, headline, time, allow_forward, preview_until: None }))
}

/// The message that a link names as its source.
#[derive(Default)]
struct SourceMessage {
    /// The reader received it.
    reached_reader: bool,
    /// It was recalled.
    is_recalled: bool,
}

/// Returns `None` if the article's account has no such message.
fn source_message(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    article: &ArticleHead,
    reader: &Reader,
) -> Result<Option<SourceMessage>> {
    match &reader.link.source {
        LinkSource::Article | LinkSource::Preview(_) => Ok(Some(SourceMessage::default())),
        LinkSource::Send(task) => {
            let found = tx.send_by_task(corp, &article.account, task)?.filter(|send| !send.preview);
            let Some(send) = found else { return Ok(None) };
            let reached_reader = match reader.member {
                Some(member) => {
                    tx.received(corp, &article.account, send.seq, member)?
                        && is_on_card(tx, corp, &send.message, article.id)?
                }
                None => false,
            };
            Ok(Some(SourceMessage { reached_reader, is_recalled: send.recalled_at.is_some() }))
        }
        LinkSource::Message(id) => {
            let found = tx.chat_message_by_id(id)?;
            let conversation = found
                .map(|(conversation, _)| conversation)
                .filter(|conversation| conversation.corp == *corp && conversation.account == article.account);
            Ok(conversation.map(|conversation| SourceMessage {
                reached_reader: reader.member == Some(conversation.member),
                is_recalled: false,
            }))
        }
    }
}

fn is_on_card(tx: &mut Tx<'_>, corp: &CorpId, message: &Message, id: ArticleId) -> Result<bool> {
    match message.card() {
        Some(card) => Ok(tx.card(corp, card)?.is_some_and(|card| card.articles.contains(&id))),
        None => Ok(false),
    }
}

fn open_preview(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    article: ArticleHead,
    member: Option<MemberNo>,
    task: &TaskId,
) -> Result<Result<OpenedArticle, AccessDenied>> {
    let Some(member) = member else { return Ok(Err(AccessDenied::MembersOnly)) };
    let Some(send) = tx.send_by_task(corp, &article.account, task)?.filter(|send| send.preview) else {
        return Ok(Err(AccessDenied::Unknown));
    };
    if send.recalled_at.is_some() {
        return Ok(Err(AccessDenied::Recalled));
    }
    if inbox::message(tx, corp, member, &article.account, task)?.is_none() {
        return Ok(Err(AccessDenied::MembersOnly));
    }
    let until = send.created_at.plus_ms(DAY_MS);
    if env.now() >= until {
        return Ok(Err(AccessDenied::PreviewOver));
    }
    if !is_on_card(tx, corp, &send.message, article.id)? {
        return Ok(Err(AccessDenied::Unknown));
    }
    Ok(Ok(OpenedArticle {
        account: article.account,
        copy: ArticleCopy::Draft,
        headline: article.draft,
        time: article.update_time,
        // Only one member can open this link, so forwarding it is useless.
        allow_forward: false,
        preview_until: Some(until),
    }))
}
