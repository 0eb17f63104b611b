//! Adds an article.

use carillon_model::{
    article::{Article, ArticleText},
    audit::{Change, Subject},
    env::Env,
    error::Result,
    id::{AccountId, ArticleId, CorpId},
};
use carillon_store::Tx;

use crate::{account, media};

/// An article to add.
#[derive(Clone, Debug)]
pub struct NewArticle {
    /// The account that owns it.
    pub account: AccountId,
    /// The caller's own id, unique within the account.
    pub uuid: String,
    /// Title, content, summary and cover.
    pub text: ArticleText,
    /// Whether readers may forward it. Decided: true if absent, as before the field existed.
    pub allow_forward: Option<bool>,
    /// Whether people outside of the organisation may read it. Decided: false if absent.
    pub public: Option<bool>,
}

/// Adds an unpublished article. A repeated uuid returns the article of the first call and changes nothing, even if that article
/// was deleted meanwhile.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewArticle) -> Result<ArticleId> {
    account::enabled(tx, corp, &new.account)?;
    if let Some(id) = tx.article_by_uuid(corp, &new.account, &new.uuid)? {
        return Ok(id);
    }
    if let Some(thumb) = &new.text.thumb_media_id {
        media::require_image(tx, corp, "article.thumb_media_id", thumb)?;
    }
    let now = env.now();
    let article = Article {
        id: tx.next_article_id(corp)?,
        account: new.account,
        draft: new.text,
        published: None,
        publish_time: None,
        create_time: now,
        update_time: now,
        allow_forward: new.allow_forward.unwrap_or(true),
        public: new.public.unwrap_or(false),
        deleted: false,
        user_view_count: 0,
        total_view_count: 0,
    };
    tx.insert_article(corp, &article, &new.uuid)?;
    tx.changed(corp, Change::created(Subject::Article, article.id).with("title", &article.draft.title));
    Ok(article.id)
}
