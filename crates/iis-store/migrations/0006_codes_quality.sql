-- Releases of the code sets side by side, and the quality of what each sender sends. Which release is in force stands in
-- setting codes.release; without it the one that ships with the program.

-- body: the release in the project's own tables, as JSON [[file, text], ...]; sha256 is of these bytes.
CREATE TABLE IF NOT EXISTS code_release (
    name TEXT NOT NULL,
    body BYTES NOT NULL,
    sha256 BYTES NOT NULL,
    counts TEXT NOT NULL,
    imported_at TIME NOT NULL,
    imported_by TEXT NOT NULL,
    CONSTRAINT code_release_pkey PRIMARY KEY (name)
);

-- counts: how often each thing was counted in the messages of that day, as JSON; computed from the messages, and again.
CREATE TABLE IF NOT EXISTS sender_quality (
    sender_id ID NOT NULL,
    day DATE NOT NULL,
    counts TEXT NOT NULL,
    computed_at TIME NOT NULL,
    CONSTRAINT sender_quality_pkey PRIMARY KEY (sender_id, day)
);
