-- When a session was last used. Zero: before this step, or not since; such a session ends with its time alone.
ALTER TABLE member_session ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
