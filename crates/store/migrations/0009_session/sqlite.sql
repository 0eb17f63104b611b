-- A member who leaves, or whose password changes, loses all sessions: they are found by it.
CREATE INDEX session_of_member ON member_session (corp_id, member_no);
