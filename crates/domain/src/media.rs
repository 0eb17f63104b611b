//! Uploaded files: pictures, sounds, films and documents.

mod format;

use std::borrow::Cow;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MediaId},
    media::MediaType,
};
use carillon_store::{ContentHash, Media, MediaOwner, StorageScope, Tx};

use crate::mint;

pub use format::Format;

/// How long a file's name may be, in bytes: what file systems take.
const MAX_FILE_NAME: usize = 255;

/// Pixels of a picture, and of one of its sides. Decided, as nothing is documented: a browser takes four bytes for each.
const MAX_PIXELS: usize = 100_000_000;
const MAX_SIDE: usize = 32_767;

/// Refuses a file that its kind does not accept: empty, too large, or of another format. Answers what the content is.
///
/// The content decides. A name says what a file is only where contents are alike: the three kinds of old office documents.
pub fn inspect(media_type: MediaType, file_name: &str, content: &[u8]) -> Result<Format> {
    if content.is_empty() {
        return Err(Rule::MediaEmpty.into());
    }
    if content.len() > media_type.max_bytes() {
        return Err(Rule::MediaTooLarge.into());
    }
    let format = Format::of(content, file_name)
        .filter(|format| media_type.formats().contains(&format.extension))
        .ok_or(Error::Rule(match media_type {
            MediaType::File => Rule::FileFormatInvalid,
            _ => Rule::MediaFormatInvalid,
        }))?;
    if format.mime.starts_with("image/") && has_too_many_pixels(content) {
        return Err(Rule::PictureTooManyPixels.into());
    }
    Ok(format)
}

/// Whether a picture is larger than any screen needs, as its header says; nothing is decoded. A header that cannot be read lets no
/// browser show the picture either.
fn has_too_many_pixels(content: &[u8]) -> bool {
    imagesize::blob_size(content).is_ok_and(|size| {
        size.width > MAX_SIDE || size.height > MAX_SIDE || size.width * size.height > MAX_PIXELS
    })
}

/// Refuses a file for which there is no room: the quotas of whoever stores it, and of the organisation.
pub fn require_room(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    owner: &MediaOwner,
    size: usize,
) -> Result<()> {
    let limits = &env.settings.files;
    for of in owner.storage_scopes() {
        let (megabytes, whose) = match of {
            StorageScope::Organisation => (limits.organisation_megabytes, "the organisation"),
            StorageScope::App(_) => (limits.app_megabytes, "the app"),
            StorageScope::Account(_) => (limits.account_megabytes, "the service account"),
            StorageScope::Member(_) => (limits.member_megabytes, "the member"),
        };
        let stored = u64::try_from(tx.stored_bytes(corp, &of)?).map_err(Error::internal)?;
        let limit = megabytes.saturating_mul(1 << 20);
        if megabytes > 0 && stored.saturating_add(size as u64) > limit {
            return Err(Error::because(
                Rule::StorageFull,
                format!("{whose} may store {megabytes} MB, and has no room for this file"),
            ));
        }
    }
    Ok(())
}

/// A file that was inspected, and whose content is in the object store.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// Its kind.
    pub media_type: MediaType,
    /// What it is.
    pub format: Format,
    /// The name that it came with.
    pub file_name: String,
    /// Bytes.
    pub size: usize,
    /// Where its content lies.
    pub content: ContentHash,
}

/// Adds an uploaded file. The same content uploaded again is another file with an id of its own.
///
/// # Errors
/// [`Rule::StorageFull`] when a quota has no room for it.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, owner: MediaOwner, new: NewMedia) -> Result<Media> {
    require_room(tx, env, corp, &owner, new.size)?;
    let media = Media {
        id: mint::media_id(env),
        corp: corp.clone(),
        owner,
        media_type: new.media_type,
        content: new.content,
        size: i64::try_from(new.size).map_err(Error::internal)?,
        mime: new.format.mime.to_owned(),
        file_name: plain_file_name(&new.file_name, new.format),
        created_at: env.now(),
    };
    tx.insert_media(&media)?;
    let change = Change::created(Subject::Media, &media.id)
        .with("type", media.media_type.as_str())
        .with("file_name", &media.file_name)
        .with("size", media.size);
    tx.changed(corp, change);
    Ok(media)
}

/// Refuses an id that no picture of the organisation has; `field` is where the caller gave it.
pub fn require_image(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    field: impl Into<Cow<'static, str>>,
    id: &MediaId,
) -> Result<()> {
    match tx.media(corp, id)? {
        Some(media) if media.media_type == MediaType::Image => Ok(()),
        _ => Err(Error::invalid(field, "must be the media_id of an uploaded picture")),
    }
}

/// The last part of a name that may have come as a path, without what could harm a terminal, a header or a file system.
fn plain_file_name(given: &str, format: Format) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name: String = last.chars().filter(|character| !character.is_control()).collect();
    while name.len() > MAX_FILE_NAME {
        name.pop();
    }
    let name = name.trim();
    if name.is_empty() || name.bytes().all(|byte| byte == b'.') {
        format!("file.{}", format.extension)
    } else {
        name.to_owned()
    }
}
