-- Urgent messages are few among the sends of an account.
CREATE INDEX send_ding ON send (corp_id, unionid, seq) WHERE msg_type IN ('ding', 'phone_ding');
