//! Uploaded files: what is known of each. The content itself is in `Objects`.

use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, CorpId, MediaId, MemberNo},
    media::MediaType,
    time::Timestamp,
};

use crate::{objects::ContentHash, sql::Row, tx::Tx};

/// Who stored a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaOwner {
    /// An app uploaded it.
    App(AppKey),
    /// A member wrote it in the conversation with an account.
    Member {
        /// The member.
        member: MemberNo,
        /// The account.
        account: AccountId,
    },
    /// Neither: a file of the demonstration, or one from before this was noted.
    Nobody,
}

/// What a number of stored bytes is counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageScope {
    /// All files of the organisation.
    Organisation,
    /// What an app uploaded.
    App(AppKey),
    /// What members wrote to an account.
    Account(AccountId),
    /// What a member wrote.
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
    /// What a file of this owner counts for.
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
        let (app, member, account) = match &media.owner {
            MediaOwner::App(key) => (Some(key.as_str()), None, None),
            MediaOwner::Member { member, account } => {
                (None, Some(i64::from(member.0)), Some(account.as_str()))
            }
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

    /// Removes a file: its bytes are free again, and its content goes when no other file has it.
    pub fn delete_media(&mut self, media: &Media) -> Result<()> {
        let deleted = self.execute("DELETE FROM media WHERE media_id = ?1", &[(&media.id).into()])?;
        if deleted > 0 {
            self.count_stored(media, -media.size)?;
        }
        Ok(())
    }

    /// Bytes that are counted for something of an organisation.
    pub fn stored_bytes(&mut self, corp: &CorpId, of: &StorageScope) -> Result<i64> {
        let owner = of.owner();
        let bytes = self.one(
            "SELECT bytes FROM stored_bytes WHERE corp_id = ?1 AND kind = ?2 AND owner = ?3",
            &[corp.into(), of.kind().into(), owner.as_str().into()],
            |row| row.get(0),
        )?;
        Ok(bytes.unwrap_or_default())
    }

    /// Whether any file has this content.
    pub fn is_content_used(&mut self, content: &ContentHash) -> Result<bool> {
        let found = self.one(
            "SELECT media_id FROM media WHERE content = ?1 LIMIT 1",
            &[(&content.0).into()],
            |row| row.get::<String>(0),
        )?;
        Ok(found.is_some())
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
        self.one(
            "SELECT media_id, corp_id, media_type, content, size, mime, file_name, created_at, app_key, member_no, unionid
             FROM media
             WHERE corp_id = ?1 AND media_id = ?2",
            &[corp.into(), id.into()],
            media_row,
        )
    }

    /// A file of whichever organisation: for pages that are open to whoever knows the id, which nobody can guess.
    pub fn media_by_id(&mut self, id: &MediaId) -> Result<Option<Media>> {
        self.one(
            "SELECT media_id, corp_id, media_type, content, size, mime, file_name, created_at, app_key, member_no, unionid
             FROM media
             WHERE media_id = ?1",
            &[id.into()],
            media_row,
        )
    }
}

fn media_row(row: &Row<'_>) -> Result<Media> {
    let media_type: String = row.get(2)?;
    let (app, member, account): (Option<AppKey>, Option<MemberNo>, Option<AccountId>) =
        (row.get(8)?, row.get(9)?, row.get(10)?);
    let owner = match (app, member, account) {
        (Some(key), _, _) => MediaOwner::App(key),
        (None, Some(member), Some(account)) => MediaOwner::Member { member, account },
        _ => MediaOwner::Nobody,
    };
    Ok(Media {
        owner,
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
