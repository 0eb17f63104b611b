-- The field's names: nothing is copied, only the schema changes.
ALTER TABLE talk RENAME TO chat_message;
ALTER TABLE talk_welcome RENAME TO chat_welcome;
ALTER TABLE event RENAME COLUMN told TO listed;
ALTER TABLE stat_day RENAME COLUMN to_date TO cumulative;
ALTER TABLE stat_day RENAME COLUMN places TO memberships;
ALTER TABLE organisation_day RENAME COLUMN places TO memberships;
ALTER TABLE send RENAME COLUMN asked_at TO requested_at;
ALTER TABLE draft RENAME COLUMN place TO location;
