-- Comments of an article are listed whichever send it came with. What the lists filter by is in it, so that counting reads nothing else.
CREATE INDEX comment_of_article ON comment (corp_id, article_id, comment_id, selected);

-- The members of a department by their last change: what the member's own row says, so that a page reads no more than it shows.
ALTER TABLE department_member ADD COLUMN modified_at INTEGER NOT NULL DEFAULT 0;
UPDATE department_member SET modified_at = (
    SELECT modified_at FROM member
    WHERE member.corp_id = department_member.corp_id AND member.member_no = department_member.member_no
);
CREATE INDEX department_member_by_change ON department_member (corp_id, dept_id, modified_at, member_no);

-- The engine rather reads a whole organisation by the primary key than looks rows up by an index that lacks a column: these lack none.
DROP INDEX comment_by_article;
CREATE INDEX comment_below_article ON comment (corp_id, send_seq, article_id, comment_id, selected, member_no);
DROP INDEX chat_group_that_follows;
CREATE INDEX chat_group_following ON chat_group (corp_id, kind, dept_id, dissolved_at, group_no) WHERE kind <= 2 AND dissolved_at IS NULL;
