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
use carillon_store::{ContentHash, Media, Tx};

use crate::mint;

pub use format::Format;

/// How long a file's name may be, in bytes: what file systems take.
const MAX_FILE_NAME: usize = 255;

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
    Format::of(content, file_name)
        .filter(|format| media_type.formats().contains(&format.extension))
        .ok_or(Error::Rule(Rule::MediaFormatInvalid))
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
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: NewMedia) -> Result<Media> {
    let media = Media {
        id: mint::media_id(env),
        corp: corp.clone(),
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
