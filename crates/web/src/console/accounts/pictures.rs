//! The settings of an account with its pictures, as a form of several parts.

use axum::{body::Bytes, extract::Multipart};
use carillon_domain::account::settings::AccountTexts;
use carillon_model::error::Result;

use crate::{console::page::SettingsForm, routes::multipart_error};

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
    /// Pictures of the library; empty for none.
    pub avatar_id: String,
    pub cover_id: String,
    /// The revision that was changed; empty for a new account.
    pub revision: String,
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
                "avatar_id" => read.avatar_id = field.text().await.map_err(multipart_error)?,
                "revision" => read.revision = field.text().await.map_err(multipart_error)?,
                "cover_id" => read.cover_id = field.text().await.map_err(multipart_error)?,
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

    /// The texts, to store them.
    pub fn texts(&self) -> AccountTexts {
        AccountTexts { name: self.name.clone(), brief: self.brief.clone(), desc: self.desc.clone() }
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
