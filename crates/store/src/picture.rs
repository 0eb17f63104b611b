//! The picture library: pictures that operators uploaded for accounts, and where they are used. Their files are media.

use std::{collections::BTreeSet, fmt};

use carillon_model::{
    article::ArticleText,
    error::Result,
    id::{AccountId, ArticleId, CorpId, MediaId, SendDraftId, TaskId, UserId},
    time::Timestamp,
};

use crate::{
    seek::Seek,
    sql::{Row, contains_pattern},
    tx::Tx,
};

/// Selects what [`picture_row`] reads, from the condition on.
macro_rules! select_picture {
    ($rest:literal) => {
        concat!(
            "SELECT p.media_id, p.unionid, p.name, m.mime, m.size, p.width, p.height, p.uploaded_by, p.created_at
             FROM picture p JOIN media m ON m.media_id = p.media_id",
            $rest
        )
    };
}

/// A picture of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `media_id`.
    pub id: MediaId,
    /// The account that it was uploaded for.
    pub account: AccountId,
    /// The name, at first that of the file.
    pub name: String,
    /// The MIME type.
    pub mime: String,
    /// Size in bytes.
    pub size: i64,
    /// In pixels; 0 if unknown.
    pub width: i64,
    /// In pixels; 0 if unknown.
    pub height: i64,
    /// The operator who uploaded it; `None` if unknown.
    pub uploaded_by: Option<UserId>,
    /// When it was uploaded.
    pub created_at: Timestamp,
}

/// A place in the list of an account's pictures: those after it are older.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PicturePosition(pub Timestamp, pub MediaId);

impl PicturePosition {
    /// The position of a picture.
    pub fn of(picture: &Picture) -> Self {
        Self(picture.created_at, picture.id.clone())
    }

    /// Reads the text that `Display` writes.
    pub fn parse(text: &str) -> Option<Self> {
        let (time, id) = text.split_once('.')?;
        Some(Self(Timestamp(time.parse().ok()?), MediaId::from(id)))
    }
}

impl fmt::Display for PicturePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.0, self.1)
    }
}

const OLDER: &str = select_picture!(
    " WHERE p.corp_id = ?1 AND p.unionid = ?2 AND (p.created_at, p.media_id) < (?3, ?4) AND p.name LIKE ?5 ESCAPE '!'
      ORDER BY p.created_at DESC, p.media_id DESC LIMIT ?6"
);
const NEWER: &str = select_picture!(
    " WHERE p.corp_id = ?1 AND p.unionid = ?2 AND (p.created_at, p.media_id) > (?3, ?4) AND p.name LIKE ?5 ESCAPE '!'
      ORDER BY p.created_at, p.media_id LIMIT ?6"
);

impl Tx<'_> {
    /// Adds a picture whose file is stored already. Its size and type are those of the file.
    pub fn insert_picture(&mut self, corp: &CorpId, picture: &Picture) -> Result<()> {
        self.execute(
            "INSERT INTO picture (corp_id, media_id, unionid, name, width, height, uploaded_by, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &[
                corp.into(),
                (&picture.id).into(),
                (&picture.account).into(),
                (&picture.name).into(),
                picture.width.into(),
                picture.height.into(),
                picture.uploaded_by.as_ref().map_or("", UserId::as_str).into(),
                picture.created_at.into(),
            ],
        )?;
        Ok(())
    }

    /// A picture of an account.
    pub fn picture(&mut self, corp: &CorpId, account: &AccountId, id: &MediaId) -> Result<Option<Picture>> {
        self.one(
            select_picture!(" WHERE p.corp_id = ?1 AND p.media_id = ?2 AND p.unionid = ?3"),
            &[corp.into(), id.into(), account.into()],
            picture_row,
        )
    }

    /// Pictures of an account whose names contain a text, newest first.
    pub fn pictures(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        name: &str,
        seek: &Seek<PicturePosition>,
        limit: i64,
    ) -> Result<Vec<Picture>> {
        let (sql, PicturePosition(time, id)) = match seek {
            Seek::First => (OLDER, PicturePosition(Timestamp(i64::MAX), MediaId::from(""))),
            Seek::After(position) => (OLDER, position.clone()),
            Seek::Before(position) => (NEWER, position.clone()),
        };
        self.all(
            sql,
            &[
                corp.into(),
                account.into(),
                time.into(),
                (&id).into(),
                (&contains_pattern(name)).into(),
                limit.into(),
            ],
            picture_row,
        )
    }

    /// How many pictures of an account have names that contain a text.
    pub fn count_pictures(&mut self, corp: &CorpId, account: &AccountId, name: &str) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM picture WHERE corp_id = ?1 AND unionid = ?2 AND name LIKE ?3 ESCAPE '!'",
            &[corp.into(), account.into(), (&contains_pattern(name)).into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Sets the name of a picture.
    pub fn rename_picture(&mut self, corp: &CorpId, id: &MediaId, name: &str) -> Result<()> {
        self.execute(
            "UPDATE picture SET name = ?3 WHERE corp_id = ?1 AND media_id = ?2",
            &[corp.into(), id.into(), name.into()],
        )?;
        Ok(())
    }

    /// Removes a picture and its row of media. A sweep removes the file if no other row has its content.
    pub fn delete_picture(&mut self, corp: &CorpId, id: &MediaId) -> Result<()> {
        self.execute("DELETE FROM picture WHERE corp_id = ?1 AND media_id = ?2", &[corp.into(), id.into()])?;
        self.delete_media(corp, id)
    }

    /// Articles that show a picture, by number; true for the published copy.
    pub fn articles_with_picture(
        &mut self,
        corp: &CorpId,
        id: &MediaId,
        limit: i64,
    ) -> Result<Vec<(ArticleId, bool)>> {
        self.all(
            "SELECT article_id, published FROM article_picture WHERE corp_id = ?1 AND media_id = ?2
             ORDER BY article_id, published LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Sends that show a picture, newest first, then those that wait for their time.
    pub fn sends_with_picture(
        &mut self,
        corp: &CorpId,
        id: &MediaId,
        limit: i64,
    ) -> Result<Vec<(AccountId, TaskId)>> {
        let mut found = Vec::new();
        for sql in [
            "SELECT unionid, task_id FROM send
             WHERE corp_id = ?1 AND msg_type = 'image' AND json_extract(message, '$.Image.media_id') = ?2
             ORDER BY seq DESC LIMIT ?3",
            "SELECT unionid, task_id FROM send
             WHERE corp_id = ?1 AND msg_type = 'link' AND json_extract(message, '$.Link.picture') = ?2
             ORDER BY seq DESC LIMIT ?3",
            "SELECT unionid, task_id FROM scheduled_send
             WHERE corp_id = ?1 AND status = 0 AND msg_type = 'image' AND json_extract(message, '$.Image.media_id') = ?2
             ORDER BY due_at LIMIT ?3",
            "SELECT unionid, task_id FROM scheduled_send
             WHERE corp_id = ?1 AND status = 0 AND msg_type = 'link' AND json_extract(message, '$.Link.picture') = ?2
             ORDER BY due_at LIMIT ?3",
        ] {
            let rows = self.all(sql, &[corp.into(), id.into(), limit.into()], |row| {
                Ok((row.get(0)?, row.get(1)?))
            });
            found.extend(rows?);
        }
        Ok(found)
    }

    /// Drafts of sends that show a picture.
    pub fn send_drafts_with_picture(
        &mut self,
        corp: &CorpId,
        id: &MediaId,
        limit: i64,
    ) -> Result<Vec<(AccountId, SendDraftId)>> {
        self.all(
            "SELECT unionid, draft_id FROM send_draft WHERE corp_id = ?1 AND instr(content, ?2) > 0
             ORDER BY draft_id LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Accounts whose automatic replies show a picture.
    pub fn replies_with_picture(
        &mut self,
        corp: &CorpId,
        id: &MediaId,
        limit: i64,
    ) -> Result<Vec<AccountId>> {
        self.all(
            "SELECT unionid FROM auto_reply WHERE corp_id = ?1 AND instr(replies, ?2) > 0 ORDER BY unionid LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| row.get(0),
        )
    }

    /// Accounts with conversations in which a picture was posted.
    pub fn conversations_with_picture(
        &mut self,
        corp: &CorpId,
        id: &MediaId,
        limit: i64,
    ) -> Result<Vec<AccountId>> {
        self.all(
            "SELECT DISTINCT unionid FROM chat_message
             WHERE corp_id = ?1 AND json_extract(content, '$.Message.Image.media_id') = ?2 ORDER BY unionid LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| row.get(0),
        )
    }

    /// Records which pictures of the library the draft of an article shows. Most saves change none of them.
    pub(crate) fn index_pictures(
        &mut self,
        corp: &CorpId,
        article: ArticleId,
        draft: &ArticleText,
    ) -> Result<()> {
        let mut visible = BTreeSet::new();
        for id in
            picture_ids(&draft.content).chain(draft.thumb_media_id.iter().map(|id| id.as_str().to_owned()))
        {
            let is_of_library = !visible.contains(&id)
                && self.exists(
                    "SELECT 1 FROM picture WHERE corp_id = ?1 AND media_id = ?2",
                    &[corp.into(), id.as_str().into()],
                )?;
            if is_of_library {
                visible.insert(id);
            }
        }
        let stored = self.all(
            "SELECT media_id FROM article_picture WHERE corp_id = ?1 AND article_id = ?2 AND published = 0
             ORDER BY media_id LIMIT ?3",
            &[corp.into(), article.into(), MAX_PICTURES.into()],
            |row| row.get::<String>(0),
        )?;
        if stored.iter().eq(visible.iter()) {
            return Ok(());
        }
        self.execute(
            "DELETE FROM article_picture WHERE corp_id = ?1 AND article_id = ?2 AND published = 0",
            &[corp.into(), article.into()],
        )?;
        for id in &visible {
            self.execute(
                "INSERT INTO article_picture (corp_id, article_id, published, media_id) VALUES (?1, ?2, 0, ?3)",
                &[corp.into(), article.into(), id.as_str().into()],
            )?;
        }
        Ok(())
    }

    /// The published copy shows what the draft shows.
    pub(crate) fn publish_pictures(&mut self, corp: &CorpId, article: ArticleId) -> Result<()> {
        self.execute(
            "DELETE FROM article_picture WHERE corp_id = ?1 AND article_id = ?2 AND published = 1",
            &[corp.into(), article.into()],
        )?;
        self.execute(
            "INSERT INTO article_picture (corp_id, article_id, published, media_id)
             SELECT corp_id, article_id, 1, media_id FROM article_picture
             WHERE corp_id = ?1 AND article_id = ?2 AND published = 0",
            &[corp.into(), article.into()],
        )?;
        Ok(())
    }

    /// A deleted article shows nothing.
    pub(crate) fn forget_pictures(&mut self, corp: &CorpId, article: ArticleId) -> Result<()> {
        self.execute(
            "DELETE FROM article_picture WHERE corp_id = ?1 AND article_id = ?2",
            &[corp.into(), article.into()],
        )?;
        Ok(())
    }
}

/// More than the ids that fit into an article.
const MAX_PICTURES: i64 = 20_000;
/// The beginning of a media id behind its `@`, which addresses may encode, and the number of characters that follow.
const ID_START: &str = "lA";
const ID_CHARS: usize = 40;

/// The texts in the HTML of an article that have the form of a media id.
pub(crate) fn picture_ids(content: &str) -> impl Iterator<Item = String> {
    content.match_indices(ID_START).filter_map(|(at, _)| {
        let rest = content.get(at + ID_START.len()..at + ID_START.len() + ID_CHARS)?;
        rest.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| format!("@{ID_START}{rest}"))
    })
}

fn picture_row(row: &Row<'_>) -> Result<Picture> {
    let uploaded_by: String = row.get(7)?;
    Ok(Picture {
        id: row.get(0)?,
        account: row.get(1)?,
        name: row.get(2)?,
        mime: row.get(3)?,
        size: row.get(4)?,
        width: row.get(5)?,
        height: row.get(6)?,
        uploaded_by: (!uploaded_by.is_empty()).then(|| UserId::from(uploaded_by)),
        created_at: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::picture_ids;

    #[test]
    fn ids_are_found_however_the_address_is_written() {
        let id = "a".repeat(40);
        let found = |content: &str| picture_ids(content).collect::<Vec<_>>();
        for content in [
            format!("<img src=\"@lA{id}\">"),
            format!("<img src='/media/%40lA{id}'>"),
            format!("<img src=&#64;lA{id}>"),
        ] {
            assert_eq!(found(&content), [format!("@lA{id}")], "{content}");
        }
        assert_eq!(found(&format!("@lA{}", &id[1..])), Vec::<String>::new());
        assert_eq!(found("一lA二@lA"), Vec::<String>::new());
    }
}
