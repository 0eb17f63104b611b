-- How many have read a send of which it is forgotten who has; NULL while that is known.
ALTER TABLE send ADD COLUMN readers_count INTEGER;
CREATE INDEX send_with_readers ON send (corp_id, created_at, seq) WHERE readers_count IS NULL;
-- The oldest messages of all conversations go first.
CREATE INDEX talk_by_age ON talk (corp_id, created_at, member_no, unionid, seq);
