-- What was on record of a person before the Help Desk corrected the name or the license: a correction makes nobody unknown, and the clerk
-- who made it decides nothing of that person for a while (decision 0061).
CREATE TABLE IF NOT EXISTS identity_before (
    id ID NOT NULL,
    worker_id ID NOT NULL,
    name TEXT NOT NULL,
    license_kind TEXT NOT NULL,
    license_number TEXT NOT NULL,
    clerk_id ID,
    changed_at TIME NOT NULL,
    CONSTRAINT identity_before_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS identity_before_worker ON identity_before (worker_id, changed_at);
CREATE INDEX IF NOT EXISTS identity_before_license ON identity_before (license_number);
CREATE INDEX IF NOT EXISTS identity_before_at ON identity_before (changed_at);
