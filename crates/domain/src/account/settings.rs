//! Name, pictures and introductions of a service account, as operators and apps set them by Carillon's own operations and pages.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, MediaId},
    service_account::{MAX_BRIEF_CHARS, MAX_DESC_CHARS, MAX_NAME_CHARS},
};
use carillon_store::{MediaOwner, Tx};

use super::{AccountChange, NewAccount, add, revision, update};
use crate::{
    media,
    picture::{self, NewPicture},
};

/// The texts of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountTexts {
    /// Its name.
    pub name: String,
    /// Short introduction; may be empty.
    pub brief: String,
    /// Introduction on the profile page.
    pub desc: String,
}

impl AccountTexts {
    /// Checks the texts.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the field: an empty name or introduction, a text that is too long.
    pub fn check(&self) -> Result<()> {
        let fields = [
            ("name", &self.name, MAX_NAME_CHARS),
            ("brief", &self.brief, MAX_BRIEF_CHARS),
            ("desc", &self.desc, MAX_DESC_CHARS),
        ];
        for (field, text, max_chars) in fields {
            if text.trim().is_empty() && field != "brief" {
                return Err(Error::invalid(field, "must not be empty"));
            }
            if text.chars().count() > max_chars {
                return Err(Error::invalid(field, format!("must have at most {max_chars} characters")));
            }
        }
        Ok(())
    }
}

/// A picture of an account.
#[derive(Clone, Debug)]
pub enum AccountPicture {
    /// The one that it has.
    Unchanged,
    /// A file that is uploaded with the change. It is added to the library of the account.
    New(NewPicture),
    /// A picture of the library of the account, or the one that it has.
    OfLibrary(MediaId),
    /// Any uploaded picture of the organisation. Apps may name those.
    Uploaded(MediaId),
}

/// Adds an account with two pictures that are uploaded with it. They become the first ones of its library.
///
/// # Errors
/// Those of [`add`] and of [`AccountTexts::check`].
pub fn create(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    texts: AccountTexts,
    [avatar, preview]: [NewPicture; 2],
) -> Result<AccountId> {
    texts.check()?;
    // The account does not exist yet, so its first pictures are the organisation's.
    let mut store = |new: &NewPicture| media::add(tx, env, corp, MediaOwner::Nobody, new.media.clone());
    let stored = [store(&avatar)?, store(&preview)?];
    let [avatar_media_id, preview_media_id] = stored.each_ref().map(|media| media.id.clone());
    let AccountTexts { name, brief, desc } = texts;
    let id = add(tx, env, corp, NewAccount { name, avatar_media_id, brief, desc, preview_media_id })?;
    for (media, new) in stored.iter().zip([avatar, preview]) {
        picture::register(tx, corp, &id, media, new.size, new.uploaded_by)?;
    }
    Ok(id)
}

/// Replaces texts and pictures of an account, unless somebody else changed them since `based_on`.
///
/// # Errors
/// Those of [`update`] and of [`AccountTexts::check`], [`Rule::SettingsChanged`], [`Rule::UnknownMedia`].
pub fn set(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    texts: AccountTexts,
    [avatar, preview]: [AccountPicture; 2],
    based_on: Option<&str>,
) -> Result<()> {
    texts.check()?;
    let state = tx.state().corp(corp)?;
    revision::require(&revision::settings(state, account)?, based_on)?;
    let before = state.account(account)?.clone();
    let avatar_media_id = chosen(tx, env, corp, account, &before.avatar_media_id, avatar)?;
    let preview_media_id = chosen(tx, env, corp, account, &before.preview_media_id, preview)?;
    let AccountTexts { name, brief, desc } = texts;
    let change = AccountChange {
        name: Some(name),
        avatar_media_id,
        brief: Some(brief),
        desc: Some(desc),
        preview_media_id,
        disabled: None,
    };
    update(tx, corp, account, change)
}

/// Disables an account for good. `name` is its name, typed by whoever confirms that.
///
/// # Errors
/// [`Error::Invalid`] for another name.
pub fn disable(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, name: &str) -> Result<()> {
    if tx.state().corp(corp)?.account(account)?.name != name {
        return Err(Error::invalid("name", "must be the name of the account"));
    }
    update(tx, corp, account, AccountChange { disabled: Some(true), ..AccountChange::default() })
}

/// Returns the id of a picture; `None` for the one that the account has.
fn chosen(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    current: &MediaId,
    chosen: AccountPicture,
) -> Result<Option<MediaId>> {
    match chosen {
        AccountPicture::Unchanged => Ok(None),
        AccountPicture::New(new) => picture::add(tx, env, corp, account, new).map(Some),
        AccountPicture::OfLibrary(id) if id == *current => Ok(None),
        AccountPicture::OfLibrary(id) => match tx.picture(corp, account, &id)? {
            Some(picture) => Ok(Some(picture.id)),
            None => Err(Rule::UnknownMedia.into()),
        },
        AccountPicture::Uploaded(id) => Ok(Some(id)),
    }
}
