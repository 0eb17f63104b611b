//! The content of a send.

use carillon_model::{
    article::ArticleHead,
    error::{Error, Result, Rule},
    id::{AccountId, CardId, CorpId, MediaId},
    media::MediaType,
    message::Message,
};
use carillon_store::Tx;
use sha2::{Digest, Sha256};

use crate::card;

/// Refuses a message that refers to something that cannot be sent.
pub(super) fn check(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    message: &Message,
    preview: bool,
) -> Result<()> {
    match message {
        Message::Text { .. }
        | Message::Markdown { .. }
        | Message::ActionCard { .. }
        | Message::Ding { .. } => Ok(()),
        Message::Image { media_id } => require_picture(tx, corp, media_id),
        Message::Link { picture, .. } => match picture {
            Some(picture) if picture.starts_with('@') => {
                require_picture(tx, corp, &MediaId::from(picture.as_str()))
            }
            _ => Ok(()),
        },
        Message::NewsCard { card_id } => require_readable(&articles(tx, corp, account, card_id)?, preview),
        Message::SingleNewsCard { card_id } => {
            let articles = articles(tx, corp, account, card_id)?;
            if articles.len() != 1 {
                return Err(invalid_media("media_id: a single_news_card has exactly one article"));
            }
            require_readable(&articles, preview)
        }
    }
}

/// The hash by which "the same content" is recognized.
pub(crate) fn hash(message: &Message) -> Result<[u8; 32]> {
    let text = serde_json::to_vec(message).map_err(Error::internal)?;
    Ok(Sha256::digest(text).into())
}

fn articles(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    card_id: &CardId,
) -> Result<Vec<ArticleHead>> {
    match card::heads_of(tx, corp, account, card_id) {
        Ok(articles) => Ok(articles),
        Err(Error::Rule(Rule::UnknownCard)) => Err(invalid_media("media_id is no card of the account")),
        Err(other) => Err(other),
    }
}

/// Decided: a card can be sent if all its articles can be read. A preview shows drafts.
fn require_readable(articles: &[ArticleHead], preview: bool) -> Result<()> {
    if articles.is_empty() {
        return Err(invalid_media("media_id: all articles of the card were deleted"));
    }
    match articles.iter().find(|article| !preview && article.published.is_none()) {
        Some(article) => Err(invalid_media(format!("media_id: article {} is not published", article.id))),
        None => Ok(()),
    }
}

fn require_picture(tx: &mut Tx<'_>, corp: &CorpId, id: &MediaId) -> Result<()> {
    match tx.media(corp, id)? {
        Some(media) if media.media_type == MediaType::Image => Ok(()),
        _ => Err(invalid_media(format!("{id} is no uploaded picture"))),
    }
}

fn invalid_media(reason: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::because(Rule::MessageMediaInvalid, reason)
}
