//! The picture library of an account: pictures that operators uploaded for it, to be used again. Their files are ordinary media.

use std::sync::Arc;

use bytes::Bytes;
use carillon_model::{
    audit::{Change, Signature, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CorpId, MediaId, SendDraftId, TaskId, UserId},
    media::MediaType,
    service_account::MenuButton,
};
use carillon_store::{Media, MediaOwner, Picture, PicturePosition, Seek, Store, Tx};

use crate::{
    account,
    media::{self, NewMedia},
};

/// Maximum number of characters of a name.
pub const MAX_NAME_CHARS: usize = 200;
/// Maximum number of uses of one kind that are found.
const MAX_USES: i64 = 20;

/// A picture that was inspected and whose content is in the object store.
#[derive(Clone, Debug)]
pub struct NewPicture {
    /// The file.
    pub media: NewMedia,
    /// Width and height in pixels, if the header states them.
    pub size: Option<(usize, usize)>,
    /// The operator who uploads it; `None` for other callers.
    pub uploaded_by: Option<UserId>,
}

/// What shows a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureUse {
    /// The draft of an article, or its published copy.
    Article {
        /// The account of the article.
        account: AccountId,
        /// The article.
        id: ArticleId,
        /// Its title.
        title: String,
        /// Whether members see the picture there.
        is_published: bool,
    },
    /// An account, as avatar or cover.
    Account(AccountId),
    /// The menu of an account.
    Menu(AccountId),
    /// The automatic replies of an account.
    AutoReply(AccountId),
    /// A send, also one that waits for its time.
    Send(AccountId, TaskId),
    /// The draft of a send.
    SendDraft(AccountId, SendDraftId),
    /// A conversation of the account.
    Conversation(AccountId),
    /// The logo of the organisation.
    Logo,
}

impl NewPicture {
    /// Checks a picture and stores its content. The caller holds [`begin_upload`](carillon_store::Objects::begin_upload) until the
    /// row is added, so that no sweep removes the content in between.
    ///
    /// # Errors
    /// [`Rule::MediaEmpty`], [`Rule::MediaTooLarge`], [`Rule::MediaFormatInvalid`], [`Rule::PictureTooManyPixels`],
    /// [`Rule::StorageFull`].
    pub async fn store(
        store: &Arc<Store>,
        env: &Env,
        corp: &CorpId,
        owner: MediaOwner,
        (file_name, content): (String, Bytes),
        uploaded_by: Option<UserId>,
    ) -> Result<Self> {
        let format = media::inspect(MediaType::Image, &file_name, &content)?;
        let (size, bytes) = (media::picture_size(&content), content.len());
        let (env, of) = (env.clone(), corp.clone());
        // Before the content is written: whoever has no room left cannot fill the disk.
        store.read(corp, move |tx| media::check_quota(tx, &env, &of, &owner, bytes)).await?;
        let content = store.objects().put(content).await?;
        let media = NewMedia { media_type: MediaType::Image, format, file_name, size: bytes, content };
        Ok(Self { media, size, uploaded_by })
    }
}

/// Stores a picture in the library of an account.
///
/// # Errors
/// Those of [`NewPicture::store`], [`Rule::UnknownAccount`], [`Rule::AccountDisabled`].
pub async fn upload(
    store: &Arc<Store>,
    env: &Env,
    corp: &CorpId,
    signature: Signature,
    account: &AccountId,
    file: (String, Bytes),
    uploaded_by: Option<UserId>,
) -> Result<Picture> {
    let _upload = store.objects().begin_upload().await;
    if store.state().corp(corp)?.account(account)?.disabled {
        return Err(Rule::AccountDisabled.into());
    }
    let owner = MediaOwner::Account(account.clone());
    let new = NewPicture::store(store, env, corp, owner, file, uploaded_by).await?;
    let (env, corp_id, of) = (env.clone(), corp.clone(), account.clone());
    let add = move |tx: &mut Tx<'_>| {
        account::enabled(tx, &corp_id, &of)?;
        let id = add(tx, &env, &corp_id, &of, new)?;
        get(tx, &corp_id, &of, &id)
    };
    store.write(corp, signature, add).await
}

/// Adds a picture to the library of an account.
///
/// # Errors
/// [`Rule::StorageFull`] if a quota is exhausted.
pub fn add(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    new: NewPicture,
) -> Result<MediaId> {
    let stored = media::add(tx, env, corp, MediaOwner::Account(account.clone()), new.media)?;
    register(tx, corp, account, &stored, new.size, new.uploaded_by)
}

/// Adds an uploaded file to the library of an account.
pub fn register(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    stored: &Media,
    size: Option<(usize, usize)>,
    uploaded_by: Option<UserId>,
) -> Result<MediaId> {
    let (width, height) = size.unwrap_or_default();
    let picture = Picture {
        id: stored.id.clone(),
        account: account.clone(),
        name: stored.file_name.chars().take(MAX_NAME_CHARS).collect(),
        mime: stored.mime.clone(),
        size: stored.size,
        width: i64::try_from(width).unwrap_or_default(),
        height: i64::try_from(height).unwrap_or_default(),
        uploaded_by,
        created_at: stored.created_at,
    };
    tx.insert_picture(corp, &picture)?;
    Ok(picture.id)
}

/// Returns pictures of an account whose names contain a text, from a place on, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    name: &str,
    seek: &Seek<PicturePosition>,
    limit: usize,
) -> Result<Vec<Picture>> {
    tx.state().corp(corp)?.account(account)?;
    tx.pictures(corp, account, name, seek, i64::try_from(limit).map_err(Error::internal)?)
}

/// Returns a picture of an account.
///
/// # Errors
/// [`Rule::UnknownMedia`] for one of another account, or of none.
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &MediaId) -> Result<Picture> {
    tx.state().corp(corp)?.account(account)?;
    tx.picture(corp, account, id)?.ok_or(Error::Rule(Rule::UnknownMedia))
}

/// Finds what shows a picture, in any account. Earlier versions of articles are not looked at.
pub fn uses(tx: &mut Tx<'_>, corp: &CorpId, id: &MediaId) -> Result<Vec<PictureUse>> {
    let mut uses = Vec::new();
    let state = tx.state().corp(corp)?;
    if state.corp.logo.as_ref().is_some_and(|logo| logo.media == *id) {
        uses.push(PictureUse::Logo);
    }
    for account in state.accounts.values() {
        if account.avatar_media_id == *id || account.preview_media_id == *id {
            uses.push(PictureUse::Account(account.id.clone()));
        }
        let shows = |button: &MenuButton| button.media_id.as_deref() == Some(id.as_str());
        let buttons = account.menu.iter().flat_map(|menu| &menu.buttons);
        if buttons.flat_map(|button| std::iter::once(button).chain(&button.children)).any(shows) {
            uses.push(PictureUse::Menu(account.id.clone()));
        }
    }
    for (article, is_published) in tx.articles_with_picture(corp, id, MAX_USES)? {
        let Some(head) = tx.article_head(corp, article)? else { continue };
        let title = head.draft.title;
        uses.push(PictureUse::Article { account: head.account, id: article, title, is_published });
    }
    let send_drafts = tx.send_drafts_with_picture(corp, id, MAX_USES)?;
    uses.extend(send_drafts.into_iter().map(|(account, draft)| PictureUse::SendDraft(account, draft)));
    let sends = tx.sends_with_picture(corp, id, MAX_USES)?;
    uses.extend(sends.into_iter().map(|(account, task)| PictureUse::Send(account, task)));
    uses.extend(tx.replies_with_picture(corp, id, MAX_USES)?.into_iter().map(PictureUse::AutoReply));
    let conversations = tx.conversations_with_picture(corp, id, MAX_USES)?;
    uses.extend(conversations.into_iter().map(PictureUse::Conversation));
    Ok(uses)
}

/// Sets the name of a picture.
///
/// # Errors
/// [`Error::Invalid`] for a name that is empty, too long, or has control characters.
pub fn rename(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &MediaId, name: &str) -> Result<()> {
    let before = get(tx, corp, account, id)?;
    let name = name.trim();
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Error::invalid("name", "must be one line of text"));
    }
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(Error::invalid("name", format!("must have at most {MAX_NAME_CHARS} characters")));
    }
    tx.changed(corp, Change::updated(Subject::Media, id).between("name", &before.name, name));
    tx.rename_picture(corp, id, name)
}

/// Deletes a picture that nothing shows. Its address stops working, and its bytes count no more.
///
/// # Errors
/// [`Rule::PictureInUse`]
pub fn delete(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, id: &MediaId) -> Result<()> {
    let picture = get(tx, corp, account, id)?;
    if !uses(tx, corp, id)?.is_empty() {
        return Err(Rule::PictureInUse.into());
    }
    tx.changed(corp, Change::removed(Subject::Media, id).with("name", &picture.name));
    tx.delete_picture(corp, id)
}
