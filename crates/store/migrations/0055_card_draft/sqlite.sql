-- The draft of a send that a card was made for; NULL for a card of its own, and once the draft is sent.
ALTER TABLE card ADD COLUMN draft_id INTEGER;
CREATE INDEX card_of_library ON card (corp_id, unionid, seq) WHERE draft_id IS NULL;

-- Finds the messages that show a card.
CREATE INDEX send_by_card ON send (corp_id, json_extract(message, '$.NewsCard.card_id'), seq) WHERE msg_type = 'news_card';
CREATE INDEX send_by_single_card ON send (corp_id, json_extract(message, '$.SingleNewsCard.card_id'), seq)
    WHERE msg_type = 'single_news_card';
CREATE INDEX scheduled_send_by_card ON scheduled_send (corp_id, json_extract(message, '$.NewsCard.card_id'), due_at)
    WHERE status = 0 AND msg_type = 'news_card';
CREATE INDEX scheduled_send_by_single_card ON scheduled_send (corp_id, json_extract(message, '$.SingleNewsCard.card_id'), due_at)
    WHERE status = 0 AND msg_type = 'single_news_card';
CREATE INDEX chat_message_by_card ON chat_message (corp_id, json_extract(content, '$.Message.NewsCard.card_id'), unionid)
    WHERE json_extract(content, '$.Message.NewsCard.card_id') IS NOT NULL;
