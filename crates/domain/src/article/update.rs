//! Changes the draft of an article.

use carillon_model::{
    article::ArticleText,
    audit::{Change, Subject},
    env::Env,
    error::Result,
    id::{AccountId, ArticleId, CorpId, MediaId},
};
use carillon_store::Tx;

use super::version::{self, VersionOf};
use crate::{account, article, media};

/// Changes to a draft.
#[derive(Clone, Debug)]
pub struct ArticleChange {
    /// The account that owns it.
    pub account: AccountId,
    /// The article.
    pub id: ArticleId,
    /// Title.
    pub title: String,
    /// Content, as HTML.
    pub content: String,
    /// Summary. `None` keeps it.
    pub digest: Option<String>,
    /// Cover picture. `None` keeps it.
    pub thumb_media_id: Option<MediaId>,
}

/// Changes the draft. The published copy stays as it is until the next publish.
///
/// Decided: an absent summary or cover is kept, as with service accounts.
pub fn update(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, change: ArticleChange) -> Result<()> {
    account::enabled(tx, corp, &change.account)?;
    let article = article::find(tx, corp, &change.account, change.id)?;
    let before = &article.draft;
    if let Some(thumb) = &change.thumb_media_id
        && before.thumb_media_id.as_ref() != Some(thumb)
    {
        media::require_image(tx, corp, "article.thumb_media_id", thumb)?;
    }
    let draft = ArticleText {
        title: change.title,
        content: change.content,
        digest: change.digest.or_else(|| before.digest.clone()),
        thumb_media_id: change.thumb_media_id.or_else(|| before.thumb_media_id.clone()),
    };
    tx.set_draft(corp, change.id, &draft, env.now())?;
    version::record(tx, env, corp, &article, VersionOf { author: None, text: &draft, is_own: false })?;
    let thumb =
        |text: &ArticleText| text.thumb_media_id.as_ref().map_or_else(String::new, MediaId::to_string);
    let change = Change::updated(Subject::Article, change.id)
        .between("title", &before.title, &draft.title)
        .hidden("content", &before.content, &draft.content)
        .between(
            "digest",
            before.digest.as_deref().unwrap_or_default(),
            draft.digest.as_deref().unwrap_or_default(),
        )
        .between("thumb_media_id", thumb(before), thumb(&draft));
    tx.changed(corp, change);
    Ok(())
}
