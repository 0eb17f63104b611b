//! Uploaded files: what is known of each. The content itself is in `Objects`.

use carillon_model::{
    error::{Error, Result},
    id::{CorpId, MediaId},
    media::MediaType,
    time::Timestamp,
};

use crate::{objects::ContentHash, sql::Row, tx::Tx};

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// `media_id`.
    pub id: MediaId,
    /// The organisation that uploaded it.
    pub corp: CorpId,
    /// The kind that it was uploaded as.
    pub media_type: MediaType,
    /// Where its content lies.
    pub content: ContentHash,
    /// Bytes.
    pub size: i64,
    /// What the content is, found by looking at it.
    pub mime: String,
    /// The name that it came with.
    pub file_name: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a file whose content is stored already.
    pub fn insert_media(&mut self, media: &Media) -> Result<()> {
        self.execute(
            "INSERT INTO media (corp_id, media_id, media_type, content, size, mime, file_name, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &[
                (&media.corp).into(),
                (&media.id).into(),
                media.media_type.as_str().into(),
                (&media.content.0).into(),
                media.size.into(),
                (&media.mime).into(),
                (&media.file_name).into(),
                media.created_at.into(),
            ],
        )?;
        Ok(())
    }

    /// A file of an organisation.
    pub fn media(&mut self, corp: &CorpId, id: &MediaId) -> Result<Option<Media>> {
        self.one(
            "SELECT media_id, corp_id, media_type, content, size, mime, file_name, created_at FROM media
             WHERE corp_id = ?1 AND media_id = ?2",
            &[corp.into(), id.into()],
            media_row,
        )
    }

    /// A file of whichever organisation: for pages that are open to whoever knows the id, which nobody can guess.
    pub fn media_by_id(&mut self, id: &MediaId) -> Result<Option<Media>> {
        self.one(
            "SELECT media_id, corp_id, media_type, content, size, mime, file_name, created_at FROM media
             WHERE media_id = ?1",
            &[id.into()],
            media_row,
        )
    }
}

fn media_row(row: &Row<'_>) -> Result<Media> {
    let media_type: String = row.get(2)?;
    Ok(Media {
        id: row.get(0)?,
        corp: row.get(1)?,
        media_type: MediaType::parse(&media_type)
            .ok_or_else(|| Error::internal(format!("no kind of media is called {media_type}")))?,
        content: ContentHash(row.get(3)?),
        size: row.get(4)?,
        mime: row.get(5)?,
        file_name: row.get(6)?,
        created_at: row.get(7)?,
    })
}
