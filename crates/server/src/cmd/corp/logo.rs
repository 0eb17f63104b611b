//! Reads the logo of an organisation from a file.

use std::{fs::File, io::Read, path::Path};

use carillon_domain::{
    corp,
    media::{self, NewMedia},
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::CorpId,
    media::MediaType,
};
use carillon_store::{Logo, MediaOwner, Store, Tx};
use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

/// The content of a picture, read by the command line's process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogoFile {
    name: String,
    /// Base64.
    content: String,
}

impl LogoFile {
    /// Reads a file, but not more than the limit.
    pub fn read(path: &str) -> std::result::Result<Self, String> {
        let mut content = Vec::new();
        let limit = corp::MAX_LOGO_BYTES as u64 + 1;
        let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut content));
        read.map_err(|error| format!("cannot read {path}: {error}"))?;
        if content.len() > corp::MAX_LOGO_BYTES {
            return Err(format!("{path} has more than {} kB", corp::MAX_LOGO_BYTES >> 10));
        }
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, content: BASE64.encode(&content) })
    }

    fn content(&self) -> Result<Vec<u8>> {
        BASE64.decode(self.content.as_bytes()).map_err(|_| Error::invalid("--logo", "must be in base64"))
    }

    /// Returns the width and height in pixels, if the picture can be a logo.
    pub fn size(&self) -> Result<(u32, u32)> {
        corp::logo_size("--logo", &self.content()?)
    }

    /// Stores the content.
    pub async fn store(&self, store: &Store, (width, height): (u32, u32)) -> Result<StoredLogo> {
        let content = self.content()?;
        let format = media::inspect(MediaType::Image, &self.name, &content)?;
        let (size, file_name) = (content.len(), self.name.clone());
        let content = store.objects().put(content.into()).await?;
        let media = NewMedia { media_type: MediaType::Image, format, file_name, size, content };
        Ok(StoredLogo { media, width, height })
    }
}

/// A logo whose content is stored.
pub struct StoredLogo {
    media: NewMedia,
    width: u32,
    height: u32,
}

impl StoredLogo {
    /// Adds the row of the content.
    pub fn add(self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Logo> {
        let Self { media, width, height } = self;
        let media = media::add(tx, env, corp, MediaOwner::Nobody, media)?.id;
        Ok(Logo { media, width, height })
    }
}
