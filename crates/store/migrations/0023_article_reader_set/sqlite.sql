-- Who has read an article, of those whose rows in article_reader are gone: a Roaring bitmap in the portable form.
CREATE TABLE article_reader_set (
    corp_id    TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    readers    BLOB NOT NULL,
    PRIMARY KEY (corp_id, article_id)
);
