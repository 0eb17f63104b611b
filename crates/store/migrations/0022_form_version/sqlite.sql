-- The version of the compact form in a row's blob. 0 is the form of all rows that were there before.
ALTER TABLE fact ADD COLUMN form_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stat_part ADD COLUMN form_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stat_content ADD COLUMN form_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stat_year_part ADD COLUMN form_version INTEGER NOT NULL DEFAULT 0;
