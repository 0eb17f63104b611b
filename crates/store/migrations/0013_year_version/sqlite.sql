-- The version of a kept year is that of what is to date at its end, a number. Years are made anew from their days.
DELETE FROM stat_year_part;
DROP TABLE stat_year;
CREATE TABLE stat_year (
    corp_id TEXT NOT NULL,
    year    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (corp_id, year)
) WITHOUT ROWID;
