//! Logos of organisations.

use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{CorpId, MediaId},
    media::MediaType,
};
use carillon_store::{Corp, Logo, Media, MediaOwner, Store, Tx};
use std::sync::Arc;

use crate::media::{self, NewMedia};

/// Maximum size of a logo, in bytes. Decided.
pub const MAX_LOGO_BYTES: usize = 512 << 10;
/// Width and height of a logo, in pixels. Decided: it is shown 40 pixels high, 120 on high-density screens.
const LOGO_SIDE: std::ops::RangeInclusive<usize> = 16..=2_048;
/// Maximum ratio of a logo's width to its height. Decided.
const LOGO_RATIO: usize = 5;

/// Returns an uploaded picture that may be a logo, judged without its content. `field` names the request field in errors.
pub fn logo_media(tx: &mut Tx<'_>, corp: &CorpId, field: &'static str, id: &MediaId) -> Result<Media> {
    let found = tx.media(corp, id)?.filter(|media| {
        // Pictures that members sent are private.
        media.media_type == MediaType::Image && !matches!(media.owner, MediaOwner::Member { .. })
    });
    let media = found.ok_or_else(|| Error::invalid(field, "must be the media_id of an uploaded picture"))?;
    if usize::try_from(media.size).map_or(true, |size| size > MAX_LOGO_BYTES) {
        return Err(too_large(field));
    }
    Ok(media)
}

fn too_large(field: &'static str) -> Error {
    Error::invalid(field, format!("must be a picture of at most {} kB", MAX_LOGO_BYTES >> 10))
}

/// Returns width and height of a picture in pixels if its content can be a logo.
///
/// Decided: a logo is a PNG or JPEG, which cannot contain scripts.
///
/// # Errors
/// If the content cannot be a logo. `field` names the request field.
pub fn logo_size(field: &'static str, content: &[u8]) -> Result<(u32, u32)> {
    let invalid = |reason: String| Err(Error::invalid(field, reason));
    if content.len() > MAX_LOGO_BYTES {
        return Err(too_large(field));
    }
    let is_known = content.starts_with(b"\x89PNG\r\n\x1A\n") || content.starts_with(b"\xFF\xD8\xFF");
    let size = imagesize::blob_size(content).ok().filter(|_| is_known);
    let Some(imagesize::ImageSize { width, height }) = size else {
        return invalid("must be a PNG or JPEG picture".to_owned());
    };
    if !LOGO_SIDE.contains(&width) || !LOGO_SIDE.contains(&height) {
        let (least, most) = (LOGO_SIDE.start(), LOGO_SIDE.end());
        return invalid(format!("must be {least} to {most} pixels wide and high, and is {width} x {height}"));
    }
    if width > height * LOGO_RATIO || height > width * 2 {
        return invalid(format!(
            "must be at most {LOGO_RATIO} times as wide as high and at most twice as high as wide, and is {width} x {height}"
        ));
    }
    Ok((u32::try_from(width).map_err(Error::internal)?, u32::try_from(height).map_err(Error::internal)?))
}

/// A logo whose content is stored, and whose row is not yet.
#[derive(Clone, Debug)]
pub struct StoredLogo {
    media: NewMedia,
    width: u32,
    height: u32,
}

impl StoredLogo {
    /// Checks and stores the content of a picture. The caller holds [`begin_upload`](carillon_store::Objects::begin_upload) until
    /// the row is added, so that no sweep removes the content in between.
    ///
    /// # Errors
    /// If the content cannot be a logo. `field` names the request field.
    pub async fn store(
        store: &Store,
        field: &'static str,
        file_name: &str,
        content: Vec<u8>,
    ) -> Result<Self> {
        let (width, height) = logo_size(field, &content)?;
        let format = media::inspect(MediaType::Image, file_name, &content)?;
        let (size, file_name) = (content.len(), file_name.to_owned());
        let content = store.objects().put(content.into()).await?;
        Ok(Self {
            media: NewMedia { media_type: MediaType::Image, format, file_name, size, content },
            width,
            height,
        })
    }

    /// Adds the row of the content.
    pub fn add(self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Logo> {
        let Self { media, width, height } = self;
        let media = media::add(tx, env, corp, MediaOwner::Nobody, media)?.id;
        Ok(Logo { media, width, height })
    }
}

/// Stores a picture and makes it the logo of an organisation. `require` may refuse that for what the organisation is by then.
///
/// # Errors
/// `logo`, if the picture cannot be one. [`Rule::StorageFull`](carillon_model::error::Rule::StorageFull).
pub async fn set_logo(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    signature: Signature,
    (file_name, content): (String, Vec<u8>),
    require: impl FnOnce(&Corp) -> Result<()> + Send + 'static,
) -> Result<Arc<Corp>> {
    let _upload = store.objects().begin_upload().await;
    let stored = StoredLogo::store(store, "logo", &file_name, content).await?;
    let (env, of) = (env.clone(), corp.clone());
    let set = move |tx: &mut Tx<'_>| {
        require(&tx.state().corp(&of)?.corp)?;
        let logo = stored.add(tx, &env, &of)?;
        super::update(tx, &env, &of, |corp| {
            corp.logo = Some(logo);
            Ok(())
        })
    };
    store.write(corp, signature, set).await
}
