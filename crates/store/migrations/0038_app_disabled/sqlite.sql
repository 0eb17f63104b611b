-- A disabled app gets no token and no event.
ALTER TABLE app ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;
-- Until when a session may do what the password was entered for once more.
ALTER TABLE member_session ADD COLUMN reauthenticated_until INTEGER NOT NULL DEFAULT 0;
