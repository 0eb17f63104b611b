-- Mail addresses are compared whatever the case of their letters. The index is not unique, for two addresses that differ in nothing else may be
-- there already; that nobody gets another one's is a rule of the units of work.
DROP INDEX member_by_email;
CREATE INDEX member_by_email ON member (lower(email), corp_id) WHERE email <> '';
-- Mobile numbers that are there already get their one form: what SQL cannot do.
