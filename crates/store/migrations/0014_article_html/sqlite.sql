-- Articles as they are shown, made from article_text by rules of some version. A row that is missing is made when it is needed.
CREATE TABLE article_html (
    corp_id       TEXT NOT NULL,
    article_id    INTEGER NOT NULL,
    -- 0 the draft, 1 the copy that members read.
    published     INTEGER NOT NULL,
    rules_version INTEGER NOT NULL,
    html          TEXT NOT NULL,
    PRIMARY KEY (corp_id, article_id, published)
);
