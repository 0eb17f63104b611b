-- Who stored a file: an app, or a member who wrote it in the conversation with an account. The demonstration's files have neither.
ALTER TABLE media ADD COLUMN app_key TEXT;
ALTER TABLE media ADD COLUMN member_no INTEGER;
ALTER TABLE media ADD COLUMN unionid TEXT;
CREATE INDEX media_by_content ON media (content);

-- Pictures that members wrote before.
CREATE TABLE written_picture (media_id TEXT NOT NULL PRIMARY KEY, member_no INTEGER NOT NULL, unionid TEXT NOT NULL);
INSERT OR IGNORE INTO written_picture
SELECT json_extract(content, '$.Message.Image.media_id'), member_no, unionid FROM talk
WHERE source = 'member' AND json_extract(content, '$.Message.Image.media_id') IS NOT NULL;
UPDATE media SET member_no = (SELECT member_no FROM written_picture w WHERE w.media_id = media.media_id),
                 unionid = (SELECT unionid FROM written_picture w WHERE w.media_id = media.media_id);
DROP TABLE written_picture;

-- Bytes of the files of an organisation, and of each who stored some.
CREATE TABLE stored_bytes (
    corp_id TEXT NOT NULL,
    -- organisation, app, account or member.
    kind    TEXT NOT NULL,
    -- The key of the app, the unionid of the account or the number of the member; empty for the organisation.
    owner   TEXT NOT NULL,
    bytes   INTEGER NOT NULL,
    PRIMARY KEY (corp_id, kind, owner)
) WITHOUT ROWID;
INSERT INTO stored_bytes SELECT corp_id, 'organisation', '', sum(size) FROM media GROUP BY corp_id;
INSERT INTO stored_bytes SELECT corp_id, 'account', unionid, sum(size) FROM media
    WHERE unionid IS NOT NULL GROUP BY corp_id, unionid;
INSERT INTO stored_bytes SELECT corp_id, 'member', CAST(member_no AS TEXT), sum(size) FROM media
    WHERE member_no IS NOT NULL GROUP BY corp_id, member_no;
