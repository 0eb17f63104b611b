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

use super::{
    audience::{Delivered, delivered},
    link::{ArticleLink, LinkSource},
};
use crate::{inbox, stats::fact};

/// Who wants to read, and by which link.
#[derive(Clone, Debug)]
pub struct Reader {
    /// A member of the organisation; none for everybody else.
    pub member: Option<MemberNo>,
    /// The link.
    pub link: ArticleLink,
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
    /// For those that it was sent to: it must not be passed on.
    ReceiversOnly,
    /// The message that the link came with was taken back.
    Recalled,
    /// The preview is older than 24 hours.
    PreviewOver,
}

/// Opens an article, and counts that it was opened: the total at each time, each member once. A preview counts nothing.
pub fn open(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, reader: &Reader) -> Result<Result<Opened, Refused>> {
    let opened = look(tx, env, corp, reader)?;
    if let Ok(opened) = &opened {
        count(tx, env, corp, reader, opened)?;
    }
    Ok(opened)
}

/// Counts that an article was opened.
pub fn count(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, reader: &Reader, opened: &Opened) -> Result<()> {
    if opened.copy == ArticleCopy::Draft {
        return Ok(());
    }
    tx.record_article_read(corp, reader.link.id, reader.member, env.now())?;
    let read = ArticleRead { unionid: opened.account.to_string(), article_id: reader.link.id.0 };
    fact::record(tx, corp, env.now(), reader.member, read)
}

/// Finds what a reader may see by a link; nothing is counted.
///
/// Decided: the link of a message is closed when the message is taken back, for everybody. An article for the organisation is read by
/// members who have a link; one that must not be passed on by those alone whom a message brought it. One for everybody is read
/// by everybody who has a link, even when it must not be passed on. Addresses without a code are from before there were codes:
/// they work for articles that were published then, and for those who received the message that they name.
pub fn look(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, reader: &Reader) -> Result<Result<Opened, Refused>> {
    let link = &reader.link;
    let Some(article) = tx.article_head(corp, link.id)? else { return Ok(Err(Refused::Unknown)) };
    let is_authentic = link.is_authentic(env, corp);
    if let LinkSource::Preview(task) = &link.source {
        // Without the code, a stranger is not told which articles there are.
        return match (article.deleted, is_authentic || reader.member.is_some()) {
            (_, false) => Ok(Err(Refused::Unknown)),
            (true, true) => Ok(Err(Refused::Deleted)),
            (false, true) => open_preview(tx, env, corp, article, reader.member, task),
        };
    }
    let came = match came_with(tx, corp, &article, reader)? {
        Some(came) => came,
        None => return Ok(Err(Refused::Unknown)),
    };
    let is_known_without_code = link.code.is_none() && (article.has_plain_link || came.to_reader);
    if !is_authentic && !is_known_without_code {
        return Ok(Err(Refused::Unknown));
    }
    if came.is_recalled {
        return Ok(Err(Refused::Recalled));
    }
    if article.deleted {
        return Ok(Err(Refused::Deleted));
    }
    if !article.public {
        let Some(member) = reader.member else { return Ok(Err(Refused::MembersOnly)) };
        if !article.allow_forward && !came.to_reader {
            match delivered(tx, corp, &article, member)? {
                Delivered::Yes => {}
                Delivered::Recalled => return Ok(Err(Refused::Recalled)),
                Delivered::No => return Ok(Err(Refused::ReceiversOnly)),
            }
        }
    }
    let (Some(headline), Some(time)) = (article.published, article.publish_time) else {
        return Ok(Err(Refused::Unknown));
    };
    let (account, allow_forward) = (article.account, article.allow_forward);
    let copy = ArticleCopy::Published;
    Ok(Ok(Opened { account, copy, headline, time, allow_forward, preview_until: None }))
}

/// What is known of the message that a link says it came with.
#[derive(Default)]
struct Came {
    /// It came to the reader.
    to_reader: bool,
    /// It was taken back.
    is_recalled: bool,
}

/// `None` if there is no such message of the article's account.
fn came_with(tx: &mut Tx<'_>, corp: &CorpId, article: &ArticleHead, reader: &Reader) -> Result<Option<Came>> {
    match &reader.link.source {
        LinkSource::Article | LinkSource::Preview(_) => Ok(Some(Came::default())),
        LinkSource::Send(task) => {
            let found = tx.send_by_task(corp, &article.account, task)?.filter(|send| !send.preview);
            let Some(send) = found else { return Ok(None) };
            let to_reader = match reader.member {
                Some(member) => {
                    tx.received(corp, &article.account, send.seq, member)?
                        && is_on_card(tx, corp, &send.message, article.id)?
                }
                None => false,
            };
            Ok(Some(Came { to_reader, is_recalled: send.recalled_at.is_some() }))
        }
        LinkSource::Message(id) => {
            let found = tx.chat_message_by_id(id)?;
            let place = found
                .map(|(place, _)| place)
                .filter(|place| place.corp == *corp && place.account == article.account);
            Ok(place.map(|place| Came { to_reader: reader.member == Some(place.member), is_recalled: false }))
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
    if !is_on_card(tx, corp, &send.message, article.id)? {
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
