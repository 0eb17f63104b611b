-- The picture library: what the media of an account show in lists. The content is that of the media row with the same id.
CREATE TABLE picture (
    corp_id     TEXT NOT NULL,
    media_id    TEXT NOT NULL,
    -- The account that it was uploaded for.
    unionid     TEXT NOT NULL,
    name        TEXT NOT NULL,
    -- In pixels; 0 for pictures that are older than this table.
    width       INTEGER NOT NULL,
    height      INTEGER NOT NULL,
    -- The userid of the operator; empty for pictures that are older than this table.
    uploaded_by TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (corp_id, media_id)
) WITHOUT ROWID;
CREATE INDEX picture_by_account ON picture (corp_id, unionid, created_at, media_id);
INSERT INTO picture SELECT corp_id, media_id, unionid, file_name, 0, 0, '', created_at FROM media
    WHERE media_type = 'image' AND unionid IS NOT NULL AND member_no IS NULL AND app_key IS NULL;

-- The library pictures that articles show: 0 in the draft, 1 in the published copy.
CREATE TABLE article_picture (
    corp_id    TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    published  INTEGER NOT NULL,
    media_id   TEXT NOT NULL,
    PRIMARY KEY (corp_id, article_id, published, media_id)
) WITHOUT ROWID;
CREATE INDEX article_picture_by_media ON article_picture (corp_id, media_id, article_id, published);

-- Finds the messages that show a picture.
CREATE INDEX send_by_image ON send (corp_id, json_extract(message, '$.Image.media_id'), seq) WHERE msg_type = 'image';
CREATE INDEX send_by_link_picture ON send (corp_id, json_extract(message, '$.Link.picture'), seq) WHERE msg_type = 'link';
CREATE INDEX scheduled_send_by_image ON scheduled_send (corp_id, json_extract(message, '$.Image.media_id'), due_at)
    WHERE status = 0 AND msg_type = 'image';
CREATE INDEX scheduled_send_by_link_picture ON scheduled_send (corp_id, json_extract(message, '$.Link.picture'), due_at)
    WHERE status = 0 AND msg_type = 'link';
CREATE INDEX chat_message_by_image ON chat_message (corp_id, json_extract(content, '$.Message.Image.media_id'), unionid)
    WHERE json_extract(content, '$.Message.Image.media_id') IS NOT NULL;
