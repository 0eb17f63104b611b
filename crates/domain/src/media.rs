//! Uploaded files: pictures, audio, video and documents.

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

/// Maximum length of a file name in bytes, as in common file systems.
const MAX_FILE_NAME: usize = 255;

/// Maximum number of pixels of a picture, and of its width and height. Decided, as nothing is documented: a browser needs four
/// bytes for each pixel.
const MAX_PIXELS: usize = 100_000_000;
const MAX_SIDE: usize = 32_767;

/// Checks a file that is about to be uploaded: not empty, not too large, and of a format that its kind accepts. Returns the
/// format.
///
/// The format follows from the content. The name decides only where contents are alike: between the three kinds of old Office
/// documents.
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
    if format.mime.starts_with("image/")
        && let Some((width, height)) = picture_size(content)
        && (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS)
    {
        return Err(Rule::PictureTooManyPixels.into());
    }
    Ok(format)
}

/// Returns the width and height that the header of a picture states, in pixels. Nothing is decoded. Browsers cannot show a picture
/// with an unreadable header either.
pub fn picture_size(content: &[u8]) -> Option<(usize, usize)> {
    imagesize::blob_size(content).ok().map(|size| (size.width, size.height))
}

/// Refuses a file that exceeds a storage quota: that of its owner or that of the organisation.
pub fn check_quota(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, owner: &MediaOwner, size: usize) -> Result<()> {
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

/// A file that was inspected and whose content is in the object store.
#[derive(Clone, Debug)]
pub struct NewMedia {
    /// Its kind.
    pub media_type: MediaType,
    /// Its format.
    pub format: Format,
    /// The name in the upload.
    pub file_name: String,
    /// Size in bytes.
    pub size: usize,
    /// Hash of its content.
    pub content: ContentHash,
}

/// Adds an uploaded file. Uploading the same content again creates another file with its own id.
///
/// # Errors
/// [`Rule::StorageFull`] if a quota is exhausted.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, owner: MediaOwner, new: NewMedia) -> Result<Media> {
    check_quota(tx, env, corp, &owner, new.size)?;
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

/// Refuses an id that is not that of a picture of the organisation. `field` names the request field in errors.
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

/// Returns the last part of a file name that may be a path, without characters that could harm a terminal, a header or a file
/// system.
fn plain_file_name(file_name: &str, format: Format) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
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
