//! The settings of an account with its pictures, as a form of several parts.

use axum::{body::Bytes, extract::Multipart};
use carillon_domain::media::{self, NewMedia};
use carillon_model::{
    env::Env,
    error::Result,
    id::{CorpId, MediaId},
    media::MediaType,
};
use carillon_store::{MediaOwner, Tx};

use crate::{
    console::{access::Operator, page::SettingsForm},
    routes::{Pages, multipart_error},
};

/// The most bytes of a form: both pictures together have as much as one of the largest, because more does not fit into what the
/// bodies of one session may take in memory.
pub const FORM_BYTES: usize = (20 << 20) + (64 << 10);

/// A file name and the content.
type Picture = (String, Bytes);

/// What was submitted.
#[derive(Default)]
pub struct SubmittedSettings {
    pub name: String,
    pub brief: String,
    pub desc: String,
    pub avatar: Option<Picture>,
    pub cover: Option<Picture>,
}

impl SubmittedSettings {
    pub async fn read(mut form: Multipart) -> Result<Self> {
        let mut read = Self::default();
        while let Some(field) = form.next_field().await.map_err(multipart_error)? {
            let name = field.name().unwrap_or_default().to_owned();
            match name.as_str() {
                "name" | "brief" | "desc" => {
                    let text = field.text().await.map_err(multipart_error)?;
                    let text = text.replace("\r\n", "\n").trim().to_owned();
                    match name.as_str() {
                        "name" => read.name = text,
                        "brief" => read.brief = text,
                        _ => read.desc = text,
                    }
                }
                "avatar" | "cover" => {
                    let file = field.file_name().unwrap_or_default().to_owned();
                    let content = field.bytes().await.map_err(multipart_error)?;
                    // Browsers send an empty file if none was chosen.
                    let picture = (!content.is_empty()).then_some((file, content));
                    if name == "avatar" { read.avatar = picture } else { read.cover = picture }
                }
                _ => {}
            }
        }
        Ok(read)
    }

    /// The texts, to show them again.
    pub fn fields(&self) -> SettingsForm {
        SettingsForm {
            name: self.name.clone(),
            brief: self.brief.clone(),
            desc: self.desc.clone(),
            ..SettingsForm::default()
        }
    }
}

/// Stores the content of a picture. The row follows with [`add`].
pub async fn upload(pages: &Pages, operator: &Operator, (file_name, content): Picture) -> Result<NewMedia> {
    let format = media::inspect(MediaType::Image, &file_name, &content)?;
    let size = content.len();
    let (env, corp) = (pages.env.clone(), operator.corp().clone());
    let check = move |tx: &mut Tx<'_>| media::check_quota(tx, &env, &corp, &MediaOwner::Nobody, size);
    pages.store.read(operator.corp(), check).await?;
    let _upload = pages.store.objects().begin_upload().await;
    let content = pages.store.objects().put(content).await?;
    Ok(NewMedia { media_type: MediaType::Image, format, file_name, size, content })
}

/// Adds the row of a picture, which everybody in the organisation may see.
pub fn add(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, picture: NewMedia) -> Result<MediaId> {
    Ok(media::add(tx, env, corp, MediaOwner::Nobody, picture)?.id)
}
