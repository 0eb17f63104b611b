-- Comments of an article are listed whichever send it came with. What the lists filter by is in it, so that counting reads nothing else.
CREATE INDEX comment_of_article ON comment (corp_id, article_id, comment_id, selected);
