-- Whose a record is when all merges are taken back; no row: of the person that it is linked to. A merge notes it once, and
-- the person that the record is linked to is always the one at the end of the chain of merges that begins here.
CREATE TABLE IF NOT EXISTS link_home (
    source_record_id ID NOT NULL,
    person_id ID NOT NULL,
    CONSTRAINT link_home_pkey PRIMARY KEY (source_record_id)
);
