//! Metadata of uploaded files. Their content is in `Objects`.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, MediaId, MemberNo},
    media::MediaType,
    time::Timestamp,
};

use crate::{objects::ContentHash, sql::Row, tx::Tx};

/// Selects what [`media_row`] reads, from the condition on.
macro_rules! select_media {
    ($rest:literal) => {
        concat!(
            "SELECT media_id, corp_id, media_type, content, size, mime, file_name, created_at, app_key, member_no, unionid
             FROM media",
            $rest
        )
    };
}

/// The owner of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaOwner {
    /// An app uploaded it.
    App(AppKey),
    /// A member sent it to an account.
    Member {
        /// The member.
        member: MemberNo,
        /// The account.
        account: AccountId,
    },
    /// An operator stored it for an account. Everybody who knows its id may see it.
    Account(AccountId),
    /// A file of the demonstration, or one that is older than this column.
    Nobody,
}

/// A scope whose stored bytes are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageScope {
    /// All files of the organisation.
    Organisation,
    /// Files that an app uploaded.
    App(AppKey),
    /// Files that members sent to an account.
    Account(AccountId),
    /// Files that a member sent.
    Member(MemberNo),
}

impl StorageScope {
    fn kind(&self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::App(_) => "app",
            Self::Account(_) => "account",
            Self::Member(_) => "member",
        }
    }

    fn owner(&self) -> String {
        match self {
            Self::Organisation => String::new(),
            Self::App(key) => key.to_string(),
            Self::Account(account) => account.to_string(),
            Self::Member(member) => member.0.to_string(),
        }
    }
}

impl MediaOwner {
    /// The scopes in which a file of this owner counts.
    pub fn storage_scopes(&self) -> Vec<StorageScope> {
        match self {
            Self::App(key) => vec![StorageScope::App(key.clone()), StorageScope::Organisation],
            Self::Member { member, account } => {
                vec![
                    StorageScope::Member(*member),
                    StorageScope::Account(account.clone()),
                    StorageScope::Organisation,
                ]
            }
            Self::Account(account) => {
                vec![StorageScope::Account(account.clone()), StorageScope::Organisation]
            }
            Self::Nobody => vec![StorageScope::Organisation],
        }
    }
}

/// An uploaded file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// `media_id`.
    pub id: MediaId,
    /// The organisation that uploaded it.
    pub corp: CorpId,
    /// Who stored it.
    pub owner: MediaOwner,
    /// The kind that it was uploaded as.
    pub media_type: MediaType,
    /// The key of its content.
    pub content: ContentHash,
    /// Size in bytes.
    pub size: i64,
    /// The MIME type, detected from the content.
    pub mime: String,
    /// The file name of the upload.
    pub file_name: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

impl Tx<'_> {
    /// Adds a file whose content is already stored.
    pub fn insert_media(&mut self, media: &Media) -> Result<()> {
        let (app, member, account) = match &media.owner {
            MediaOwner::App(key) => (Some(key.as_str()), None, None),
            MediaOwner::Member { member, account } => {
                (None, Some(i64::from(member.0)), Some(account.as_str()))
            }
            MediaOwner::Account(account) => (None, None, Some(account.as_str())),
            MediaOwner::Nobody => (None, None, None),
        };
        self.count_stored(media, media.size)?;
        self.execute(
            "INSERT INTO media (corp_id, media_id, media_type, content, size, mime, file_name, created_at, app_key,
                                member_no, unionid)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            &[
                (&media.corp).into(),
                (&media.id).into(),
                media.media_type.as_str().into(),
                (&media.content.0).into(),
                media.size.into(),
                (&media.mime).into(),
                (&media.file_name).into(),
                media.created_at.into(),
                app.into(),
                member.into(),
                account.into(),
            ],
        )?;
        Ok(())
    }

    /// Removes the row of a file. A sweep removes the file if no other row has its content.
    pub(crate) fn delete_media(&mut self, corp: &CorpId, id: &MediaId) -> Result<()> {
        let Some(media) = self.media(corp, id)? else { return Ok(()) };
        self.count_stored(&media, -media.size)?;
        self.execute("DELETE FROM media WHERE corp_id = ?1 AND media_id = ?2", &[corp.into(), id.into()])?;
        Ok(())
    }

    /// The stored bytes of a scope.
    pub fn stored_bytes(&mut self, corp: &CorpId, of: &StorageScope) -> Result<i64> {
        let owner = of.owner();
        let bytes = self.one(
            "SELECT bytes FROM stored_bytes WHERE corp_id = ?1 AND kind = ?2 AND owner = ?3",
            &[corp.into(), of.kind().into(), owner.as_str().into()],
            |row| row.get(0),
        )?;
        Ok(bytes.unwrap_or_default())
    }

    /// Returns true if any file has this content.
    pub fn is_content_used(&mut self, content: &ContentHash) -> Result<bool> {
        self.exists("SELECT 1 FROM media WHERE content = ?1 LIMIT 1", &[(&content.0).into()])
    }

    fn count_stored(&mut self, media: &Media, bytes: i64) -> Result<()> {
        for of in media.owner.storage_scopes() {
            let owner = of.owner();
            self.execute(
                "INSERT INTO stored_bytes (corp_id, kind, owner, bytes) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (corp_id, kind, owner) DO UPDATE SET bytes = stored_bytes.bytes + ?4",
                &[(&media.corp).into(), of.kind().into(), owner.as_str().into(), bytes.into()],
            )?;
        }
        Ok(())
    }

    /// A file of an organisation.
    pub fn media(&mut self, corp: &CorpId, id: &MediaId) -> Result<Option<Media>> {
        self.one(select_media!(" WHERE corp_id = ?1 AND media_id = ?2"), &[corp.into(), id.into()], media_row)
    }

    /// A file of any organisation. For pages that everybody may open who knows the id, which cannot be guessed.
    pub fn media_by_id(&mut self, id: &MediaId) -> Result<Option<Media>> {
        self.one(select_media!(" WHERE media_id = ?1"), &[id.into()], media_row)
    }
}

fn media_row(row: &Row<'_>) -> Result<Media> {
    let media_type: String = row.get(2)?;
    let (app, member, account): (Option<AppKey>, Option<MemberNo>, Option<AccountId>) =
        (row.get(8)?, row.get(9)?, row.get(10)?);
    let owner = match (app, member, account) {
        (Some(key), _, _) => MediaOwner::App(key),
        (None, Some(member), Some(account)) => MediaOwner::Member { member, account },
        (None, None, Some(account)) => MediaOwner::Account(account),
        _ => MediaOwner::Nobody,
    };
    Ok(Media {
        owner,
        id: row.get(0)?,
        corp: row.get(1)?,
        media_type: MediaType::parse(&media_type)
            .ok_or_else(|| Error::internal(format!("unknown type of media {media_type}")))?,
        content: ContentHash(row.get(3)?),
        size: row.get(4)?,
        mime: row.get(5)?,
        file_name: row.get(6)?,
        created_at: row.get(7)?,
    })
}
