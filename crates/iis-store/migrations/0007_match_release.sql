-- Sets of weights of patient matching, side by side. Which one is in force stands in setting matching.release; without
-- it the one that ships with the program.

-- version: the number that decisions name. body: the policy file as it was imported; sha256 is of it. measured: what it
-- was measured to do on a labelled file, as JSON; shadowed: which decisions about the stored persons it would change, as
-- JSON, also while that is still being found out; both empty where nobody asked yet. in_force_since: when it was first
-- put in force.
CREATE TABLE IF NOT EXISTS match_release (
    version INT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    sha256 BYTES NOT NULL,
    imported_at TIME NOT NULL,
    imported_by TEXT NOT NULL,
    measured TEXT NOT NULL,
    shadowed TEXT NOT NULL,
    in_force_since TIME,
    CONSTRAINT match_release_pkey PRIMARY KEY (version)
);
CREATE UNIQUE INDEX IF NOT EXISTS match_release_name ON match_release (name);

-- How reviewing goes is counted over the last months.
CREATE INDEX IF NOT EXISTS review_answer_at ON review_answer (at);
CREATE INDEX IF NOT EXISTS link_event_op ON link_event (op, at);
