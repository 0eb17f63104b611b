//! The history of a draft. People save every few seconds while they write, so saves of one author within some minutes are one version.
//! The newest version is the draft itself.

use carillon_model::{
    article::{Article, ArticleText, ArticleVersion, ArticleVersionHead},
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CorpId, MediaId, UserId},
    time::{MINUTE_MS, Timestamp},
};
use carillon_store::Tx;

use crate::{account, article, media};

/// Maximum number of versions of an article; the oldest are removed. Each may have the size of an article.
pub const MAX_VERSIONS: i64 = 50;
/// Saves of the same author within this time are one version.
const VERSION_MS: i64 = 10 * MINUTE_MS;
/// The most characters, as the operations for articles document them.
const MAX_TITLE_CHARS: usize = 256;
const MAX_CONTENT_CHARS: usize = 500_000;
const MAX_DIGEST_CHARS: usize = 1_024;

/// What an operator or an app saves.
#[derive(Clone, Debug)]
pub struct DraftChange {
    /// The account that owns the article.
    pub account: AccountId,
    /// The article.
    pub id: ArticleId,
    /// The operator; `None` for an app.
    pub author: Option<UserId>,
    /// The revision of the draft that was changed.
    pub based_on: i64,
    /// The whole text.
    pub text: ArticleText,
    /// Whether readers may forward it.
    pub allow_forward: bool,
    /// Whether people outside of the organisation may read it.
    pub public: bool,
}

/// The state of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftState {
    /// Grows with each change.
    pub revision: i64,
    /// The operator who saved it last; `None` for an app.
    pub author: Option<UserId>,
    /// When it was saved last.
    pub saved_at: Timestamp,
}

/// The result of saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is stored, or was the same already.
    Stored(DraftState),
    /// Somebody else saved in between, and nothing was stored.
    Conflict(DraftState),
}

/// What becomes a version.
pub(super) struct VersionOf<'t> {
    /// `None` for an app.
    pub author: Option<&'t UserId>,
    /// The text.
    pub text: &'t ArticleText,
    /// True if it is a version of its own, whatever was saved before.
    pub is_own: bool,
}

/// Saves a draft, unless somebody else saved since it was read.
///
/// # Errors
/// [`Error::Invalid`] for a text that is too long or without a title.
pub fn save_draft(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, change: DraftChange) -> Result<Saved> {
    account::enabled(tx, corp, &change.account)?;
    let before = article::find(tx, corp, &change.account, change.id)?;
    let state = draft_state(tx, corp, &before)?;
    let is_same = before.draft == change.text
        && (before.allow_forward, before.public) == (change.allow_forward, change.public);
    if is_same {
        return Ok(Saved::Stored(state));
    }
    if state.revision != change.based_on {
        return Ok(Saved::Conflict(state));
    }
    check(tx, corp, &before.draft, &change.text)?;
    let mut is_new_version = false;
    if before.draft != change.text {
        tx.set_draft(corp, change.id, &change.text, env.now())?;
        let version = VersionOf { author: change.author.as_ref(), text: &change.text, is_own: false };
        is_new_version = record(tx, env, corp, &before, version)?;
    }
    if (before.allow_forward, before.public) != (change.allow_forward, change.public) {
        tx.set_article_access(corp, change.id, change.allow_forward, change.public)?;
    }
    trace(tx, corp, &before, &change, is_new_version);
    Ok(Saved::Stored(DraftState {
        revision: tx.article_revision(corp, change.id)?,
        author: change.author,
        saved_at: env.now(),
    }))
}

/// Writes the change to the audit trail. The content is named once for each version, not for each save.
fn trace(tx: &mut Tx<'_>, corp: &CorpId, before: &Article, change: &DraftChange, is_new_version: bool) {
    let (old, new) = (&before.draft, &change.text);
    let plain = |text: &Option<String>| text.clone().unwrap_or_default();
    let thumb = |id: &Option<MediaId>| id.as_ref().map_or_else(String::new, MediaId::to_string);
    let content = if is_new_version { new.content.as_str() } else { old.content.as_str() };
    let changed = Change::updated(Subject::Article, change.id)
        .between("title", &old.title, &new.title)
        .hidden("content", old.content.as_str(), content)
        .between("digest", plain(&old.digest), plain(&new.digest))
        .between("thumb_media_id", thumb(&old.thumb_media_id), thumb(&new.thumb_media_id))
        .between("allow_forward", before.allow_forward, change.allow_forward)
        .between("view_scope_type", i64::from(before.public), i64::from(change.public));
    tx.changed(corp, changed);
}

fn check(tx: &mut Tx<'_>, corp: &CorpId, before: &ArticleText, text: &ArticleText) -> Result<()> {
    let is_longer = |text: &str, limit| text.chars().count() > limit;
    if text.title.trim().is_empty() {
        return Err(Error::invalid("title", "must not be empty"));
    }
    if is_longer(&text.title, MAX_TITLE_CHARS) {
        return Err(Error::invalid("title", "is too long"));
    }
    if is_longer(&text.content, MAX_CONTENT_CHARS) {
        return Err(Error::invalid("content", "is too long"));
    }
    if text.digest.as_ref().is_some_and(|digest| is_longer(digest, MAX_DIGEST_CHARS)) {
        return Err(Error::invalid("digest", "is too long"));
    }
    match &text.thumb_media_id {
        Some(thumb) if before.thumb_media_id.as_ref() != Some(thumb) => {
            media::require_image(tx, corp, "thumb_media_id", thumb)
        }
        _ => Ok(()),
    }
}

/// The state of the draft of an article.
pub fn draft_state(tx: &mut Tx<'_>, corp: &CorpId, article: &Article) -> Result<DraftState> {
    let newest = tx.article_versions(corp, article.id, 1)?.pop();
    let revision = tx.article_revision(corp, article.id)?;
    Ok(match newest {
        Some(newest) => DraftState { revision, author: newest.author, saved_at: newest.saved_at },
        None => DraftState { revision, author: None, saved_at: article.update_time },
    })
}

/// Returns the versions of an article, newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
) -> Result<Vec<ArticleVersionHead>> {
    article::get(tx, corp, account, id)?;
    tx.article_versions(corp, id, MAX_VERSIONS)
}

/// Returns a version of an article; `None` if it was removed, or never was.
pub fn version(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
    number: i64,
) -> Result<Option<ArticleVersion>> {
    article::get(tx, corp, account, id)?;
    tx.article_version(corp, id, number)
}

/// Makes a version the draft again. The draft before stays in the history.
///
/// # Errors
/// [`Rule::UnknownArticle`] if there is no such version.
pub fn restore(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    id: ArticleId,
    number: i64,
    author: Option<&UserId>,
) -> Result<()> {
    account::enabled(tx, corp, account)?;
    let before = article::find(tx, corp, account, id)?;
    let Some(version) = tx.article_version(corp, id, number)? else {
        return Err(Rule::UnknownArticle.into());
    };
    if version.text == before.draft {
        return Ok(());
    }
    tx.set_draft(corp, id, &version.text, env.now())?;
    record(tx, env, corp, &before, VersionOf { author, text: &version.text, is_own: true })?;
    let change = Change::updated(Subject::Article, id)
        .between("title", &before.draft.title, &version.text.title)
        .hidden("content", &before.draft.content, &version.text.content)
        .between("version_restored", "", number);
    tx.changed(corp, change);
    Ok(())
}

/// Puts a text into the history without making it the draft: what an operator gave up for the text of another.
pub fn set_aside(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, change: DraftChange) -> Result<()> {
    account::enabled(tx, corp, &change.account)?;
    let article = article::find(tx, corp, &change.account, change.id)?;
    check(tx, corp, &article.draft, &change.text)?;
    let own = VersionOf { author: change.author.as_ref(), text: &change.text, is_own: true };
    record(tx, env, corp, &article, own)?;
    let newest = tx.article_versions(corp, change.id, 2)?;
    let number = newest.first().map_or(0, |version| version.version);
    let author = newest.get(1).and_then(|version| version.author.clone());
    // The draft is the newest version again.
    let draft = VersionOf { author: author.as_ref(), text: &article.draft, is_own: true };
    record(tx, env, corp, &article, draft)?;
    let changed = Change::updated(Subject::Article, change.id).between("version_set_aside", "", number);
    tx.changed(corp, changed);
    Ok(())
}

/// Records the text of a draft. Returns true if it begins a version.
pub(super) fn record(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    before: &Article,
    new: VersionOf<'_>,
) -> Result<bool> {
    let now = env.now();
    let newest = match tx.article_versions(corp, before.id, 1)?.pop() {
        Some(newest) => newest,
        // What was there before anybody changed it in this way.
        None => {
            let head = head(1, None, before.update_time, &before.draft);
            let first = ArticleVersion { head: head.clone(), text: before.draft.clone() };
            tx.put_article_version(corp, before.id, &first, MAX_VERSIONS)?;
            head
        }
    };
    let is_continued = !new.is_own
        && newest.version > 1
        && newest.author.as_ref() == new.author
        && now.0 - newest.created_at.0 < VERSION_MS
        && before.publish_time.is_none_or(|published| newest.saved_at > published);
    let head = if is_continued {
        ArticleVersionHead {
            created_at: newest.created_at,
            ..head(newest.version, new.author, now, new.text)
        }
    } else {
        head(newest.version + 1, new.author, now, new.text)
    };
    let version = ArticleVersion { head, text: new.text.clone() };
    tx.put_article_version(corp, before.id, &version, MAX_VERSIONS)?;
    Ok(!is_continued)
}

fn head(version: i64, author: Option<&UserId>, at: Timestamp, text: &ArticleText) -> ArticleVersionHead {
    ArticleVersionHead {
        version,
        author: author.cloned(),
        created_at: at,
        saved_at: at,
        title: text.title.clone(),
        characters: i64::try_from(text.content.chars().count()).unwrap_or(i64::MAX),
    }
}
