//! The cards of an account as operators see them, and what shows a card.

use carillon_model::{
    article::{Card, Headline},
    error::Result,
    id::{AccountId, ArticleId, CardId, CorpId, SendDraftId, TaskId},
    time::Timestamp,
};

use crate::{article_head::headline_at, seek::Seek, sql::contains_pattern, tx::Tx};

const OLDER: &str = "SELECT seq, card_id FROM card
     WHERE corp_id = ?1 AND unionid = ?2 AND draft_id IS NULL AND seq < ?3 ORDER BY seq DESC LIMIT ?4";
const NEWER: &str = "SELECT seq, card_id FROM card
     WHERE corp_id = ?1 AND unionid = ?2 AND draft_id IS NULL AND seq > ?3 ORDER BY seq LIMIT ?4";

impl Tx<'_> {
    /// Cards of an account that were made for no draft, newest first, with the numbers by which they are sorted.
    pub fn library_cards(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        seek: &Seek<i64>,
        limit: i64,
    ) -> Result<Vec<(i64, Card)>> {
        let (sql, number) = match seek {
            Seek::First => (OLDER, i64::MAX),
            Seek::After(number) => (OLDER, *number),
            Seek::Before(number) => (NEWER, *number),
        };
        let ids = self.all(sql, &[corp.into(), account.into(), number.into(), limit.into()], |row| {
            Ok((row.get::<i64>(0)?, row.get::<CardId>(1)?))
        })?;
        let mut cards = Vec::with_capacity(ids.len());
        for (seq, id) in ids {
            cards.extend(self.card(corp, &id)?.map(|card| (seq, card)));
        }
        Ok(cards)
    }

    /// How many cards of an account were made for no draft.
    pub fn count_library_cards(&mut self, corp: &CorpId, account: &AccountId) -> Result<i64> {
        let count = self.one(
            // The number lets SQLite use the index of these cards; all are above 0.
            "SELECT count(*) FROM card WHERE corp_id = ?1 AND unionid = ?2 AND draft_id IS NULL AND seq > 0",
            &[corp.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// The draft that a card was made for.
    pub fn draft_of_card(&mut self, corp: &CorpId, id: &CardId) -> Result<Option<SendDraftId>> {
        let draft = self.one(
            "SELECT draft_id FROM card WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into()],
            |row| row.get::<Option<i64>>(0),
        )?;
        Ok(draft.flatten().map(SendDraftId))
    }

    /// Sets the draft that a card was made for; `None` makes it a card of its own.
    pub fn set_draft_of_card(
        &mut self,
        corp: &CorpId,
        id: &CardId,
        draft: Option<SendDraftId>,
    ) -> Result<()> {
        self.execute(
            "UPDATE card SET draft_id = ?3 WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into(), draft.map(|draft| draft.0).into()],
        )?;
        Ok(())
    }

    /// Sends that show a card, newest first, then those that wait for their time.
    pub fn sends_with_card(&mut self, corp: &CorpId, id: &CardId, limit: i64) -> Result<Vec<TaskId>> {
        let mut found = Vec::new();
        for sql in [
            "SELECT task_id FROM send
             WHERE corp_id = ?1 AND msg_type = 'news_card' AND json_extract(message, '$.NewsCard.card_id') = ?2
             ORDER BY seq DESC LIMIT ?3",
            "SELECT task_id FROM send
             WHERE corp_id = ?1 AND msg_type = 'single_news_card' AND json_extract(message, '$.SingleNewsCard.card_id') = ?2
             ORDER BY seq DESC LIMIT ?3",
            "SELECT task_id FROM scheduled_send
             WHERE corp_id = ?1 AND status = 0 AND msg_type = 'news_card' AND json_extract(message, '$.NewsCard.card_id') = ?2
             ORDER BY due_at LIMIT ?3",
            "SELECT task_id FROM scheduled_send
             WHERE corp_id = ?1 AND status = 0 AND msg_type = 'single_news_card'
               AND json_extract(message, '$.SingleNewsCard.card_id') = ?2
             ORDER BY due_at LIMIT ?3",
        ] {
            found.extend(
                self.all(sql, &[corp.into(), id.into(), limit.into()], |row| row.get::<TaskId>(0))?,
            );
        }
        Ok(found)
    }

    /// Drafts of sends that show a card.
    pub fn send_drafts_with_card(
        &mut self,
        corp: &CorpId,
        id: &CardId,
        limit: i64,
    ) -> Result<Vec<SendDraftId>> {
        self.all(
            "SELECT draft_id FROM send_draft WHERE corp_id = ?1 AND instr(content, ?2) > 0 ORDER BY draft_id LIMIT ?3",
            &[corp.into(), id.into(), limit.into()],
            |row| row.get(0),
        )
    }

    /// Returns true if an automatic reply is the card.
    pub fn is_card_replied(&mut self, corp: &CorpId, account: &AccountId, id: &CardId) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM auto_reply WHERE corp_id = ?1 AND unionid = ?2 AND instr(replies, ?3) > 0",
            &[corp.into(), account.into(), id.into()],
        )
    }

    /// Returns true if a card was posted in a conversation.
    pub fn is_card_posted(&mut self, corp: &CorpId, id: &CardId) -> Result<bool> {
        self.exists(
            "SELECT 1 FROM chat_message WHERE corp_id = ?1 AND json_extract(content, '$.Message.NewsCard.card_id') = ?2",
            &[corp.into(), id.into()],
        )
    }

    /// Published articles of an account whose titles contain a text, the last published first.
    pub fn published_titles(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        title: &str,
        limit: i64,
    ) -> Result<Vec<(ArticleId, Timestamp, Headline)>> {
        self.all(
            "SELECT a.article_id, a.publish_time, p.title, p.digest, p.thumb_media_id FROM article a
             JOIN article_text p ON p.corp_id = a.corp_id AND p.article_id = a.article_id AND p.published = 1
             WHERE a.corp_id = ?1 AND a.unionid = ?2 AND a.deleted = 0 AND a.publish_time >= 0 AND p.title LIKE ?3 ESCAPE '!'
             ORDER BY a.publish_time DESC, a.article_id DESC LIMIT ?4",
            &[corp.into(), account.into(), (&contains_pattern(title)).into(), limit.into()],
            |row| Ok((row.get(0)?, row.get(1)?, headline_at(row, 2)?)),
        )
    }
}
