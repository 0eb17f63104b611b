//! Message cards, which are lists of articles.

use carillon_model::{
    article::Card,
    error::Result,
    id::{AccountId, ArticleId, CardId, CorpId},
    time::Timestamp,
};

use crate::tx::Tx;

impl Tx<'_> {
    /// Adds a card.
    pub fn insert_card(&mut self, corp: &CorpId, card: &Card) -> Result<()> {
        let seq = self.next_number(corp, "card")?;
        self.execute(
            "INSERT INTO card (corp_id, card_id, seq, unionid, update_time) VALUES (?1, ?2, ?3, ?4, ?5)",
            &[corp.into(), (&card.id).into(), seq.into(), (&card.account).into(), card.update_time.into()],
        )?;
        self.insert_card_articles(corp, &card.id, &card.articles)
    }

    /// A card.
    pub fn card(&mut self, corp: &CorpId, id: &CardId) -> Result<Option<Card>> {
        let card = self.one(
            "SELECT card_id, unionid, update_time FROM card WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into()],
            |row| {
                Ok(Card {
                    id: row.get(0)?,
                    account: row.get(1)?,
                    articles: Vec::new(),
                    update_time: row.get(2)?,
                })
            },
        )?;
        let Some(mut card) = card else { return Ok(None) };
        card.articles = self.card_articles(corp, id)?;
        Ok(Some(card))
    }

    /// Cards of an account, newest first.
    pub fn cards(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        offset: i64,
        limit: i64,
    ) -> Result<Vec<Card>> {
        let mut cards = self.all(
            "SELECT card_id, unionid, update_time FROM card WHERE corp_id = ?1 AND unionid = ?2
             ORDER BY seq DESC LIMIT ?4 OFFSET ?3",
            &[corp.into(), account.into(), offset.into(), limit.into()],
            |row| {
                Ok(Card {
                    id: row.get(0)?,
                    account: row.get(1)?,
                    articles: Vec::new(),
                    update_time: row.get(2)?,
                })
            },
        )?;
        for card in &mut cards {
            card.articles = self.card_articles(corp, &card.id)?;
        }
        Ok(cards)
    }

    /// How many cards an account has.
    pub fn count_cards(&mut self, corp: &CorpId, account: &AccountId) -> Result<i64> {
        let count = self.one(
            "SELECT count(*) FROM card WHERE corp_id = ?1 AND unionid = ?2",
            &[corp.into(), account.into()],
            |row| row.get(0),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// Replaces the articles of a card.
    pub fn set_card_articles(
        &mut self,
        corp: &CorpId,
        id: &CardId,
        articles: &[ArticleId],
        now: Timestamp,
    ) -> Result<()> {
        self.execute(
            "DELETE FROM card_article WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into()],
        )?;
        self.insert_card_articles(corp, id, articles)?;
        self.execute(
            "UPDATE card SET update_time = ?3 WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into(), now.into()],
        )?;
        Ok(())
    }

    /// Removes a card; its articles stay.
    pub fn delete_card(&mut self, corp: &CorpId, id: &CardId) -> Result<()> {
        self.execute(
            "DELETE FROM card_article WHERE corp_id = ?1 AND card_id = ?2",
            &[corp.into(), id.into()],
        )?;
        self.execute("DELETE FROM card WHERE corp_id = ?1 AND card_id = ?2", &[corp.into(), id.into()])?;
        Ok(())
    }

    fn card_articles(&mut self, corp: &CorpId, id: &CardId) -> Result<Vec<ArticleId>> {
        self.all(
            "SELECT article_id FROM card_article WHERE corp_id = ?1 AND card_id = ?2 ORDER BY position",
            &[corp.into(), id.into()],
            |row| row.get(0),
        )
    }

    fn insert_card_articles(&mut self, corp: &CorpId, id: &CardId, articles: &[ArticleId]) -> Result<()> {
        for (position, article) in (0_i64..).zip(articles) {
            self.execute(
                "INSERT INTO card_article (corp_id, card_id, position, article_id) VALUES (?1, ?2, ?3, ?4)",
                &[corp.into(), id.into(), position.into(), (*article).into()],
            )?;
        }
        Ok(())
    }
}
