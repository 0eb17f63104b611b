-- Since when a member who left had been one: a userid can be given to others afterwards, and a late fact is that of whoever had
-- it. 0 for those who left before this was kept.
ALTER TABLE former_member ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
