-- Values that somebody chose.

-- The record whose value counts for a part of what is believed of its person. Never changed: inverse_of is the choice
-- that a row takes back. event_id: the merge with which it was chosen.
CREATE TABLE IF NOT EXISTS chosen_value (
    id ID NOT NULL,
    source_record_id ID NOT NULL,
    part TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIME NOT NULL,
    reason TEXT NOT NULL,
    event_id ID,
    inverse_of ID,
    CONSTRAINT chosen_value_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS chosen_value_record ON chosen_value (source_record_id);
CREATE UNIQUE INDEX IF NOT EXISTS chosen_value_inverse ON chosen_value (inverse_of);
