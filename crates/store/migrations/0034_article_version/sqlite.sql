-- Versions of the drafts of articles, so that what somebody changed can be brought back.
CREATE TABLE article_version (
    corp_id        TEXT NOT NULL,
    article_id     INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    -- The userid of the operator; empty for an app.
    author         TEXT NOT NULL,
    -- When it was begun, and when it was last saved.
    created_at     INTEGER NOT NULL,
    saved_at       INTEGER NOT NULL,
    title          TEXT NOT NULL,
    content        TEXT NOT NULL,
    digest         TEXT,
    thumb_media_id TEXT,
    PRIMARY KEY (corp_id, article_id, version)
);
-- Grows with each change of the draft: an editor that knows an older one must not overwrite it.
ALTER TABLE article ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
-- Lists of articles, those that changed last first.
CREATE INDEX article_by_change ON article (corp_id, unionid, update_time, article_id, deleted, publish_time);
