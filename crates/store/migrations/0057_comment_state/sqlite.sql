-- What operators did about a comment: 0 nothing yet, 1 it is done with, 2 it is hidden from all but its author.
ALTER TABLE comment ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
-- What the account answered; both NULL for nothing.
ALTER TABLE comment ADD COLUMN answer TEXT;
ALTER TABLE comment ADD COLUMN answered_at INTEGER;
-- Comments of an earlier version do not wait: nobody could mark them.
UPDATE comment SET state = 1;
CREATE INDEX comment_by_state ON comment (corp_id, unionid, state, comment_id);
-- Covers what readers see of the comments below an article.
DROP INDEX comment_below_article;
CREATE INDEX comment_below_article ON comment (corp_id, send_seq, article_id, comment_id, selected, member_no, state);
