-- The audit by time: the log on screen is read a page at a time, from this index.
CREATE INDEX IF NOT EXISTS audit_at ON audit (at, chain_id, n);

-- Records that somebody opened in an emergency although they are withheld: why, until when, and what the review found.
CREATE TABLE IF NOT EXISTS emergency_opening (
    id ID NOT NULL,
    account_id ID NOT NULL,
    person_id ID NOT NULL,
    at TIME NOT NULL,
    until TIME NOT NULL,
    reason TEXT NOT NULL,
    reviewed_at TIME,
    reviewed_by TEXT NOT NULL,
    finding TEXT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT emergency_opening_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS emergency_opening_holder ON emergency_opening (account_id, person_id, until);
CREATE INDEX IF NOT EXISTS emergency_opening_review ON emergency_opening (reviewed_at, at, id);
