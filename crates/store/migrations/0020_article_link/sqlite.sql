-- Whether an article is found by its number alone: those that were published before addresses had codes.
ALTER TABLE article ADD COLUMN plain_link INTEGER NOT NULL DEFAULT 0;
UPDATE article SET plain_link = 1 WHERE publish_time IS NOT NULL;
CREATE INDEX card_article_by_article ON card_article (corp_id, article_id);
