-- When a session was last used. Zero: before this step, or not since; such a session ends with its time alone.
ALTER TABLE member_session ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;

-- The session at the provider of single sign-on by which this one began; empty if the provider names none.
ALTER TABLE member_session ADD COLUMN provider_session TEXT NOT NULL DEFAULT '';
CREATE INDEX session_by_provider ON member_session (corp_id, provider_session) WHERE provider_session <> '';
