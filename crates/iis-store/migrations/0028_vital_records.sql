-- Vital records: files of births, deaths, adoptions, sealings and changes of name (requirements P-4).

-- Whether a record is one of a vital records office's own: it is believed before others.
ALTER TABLE source_record ADD COLUMN
    is_vital BOOL;

-- A file that was loaded, known again by its content: the same file loaded again goes on with the same row.
CREATE TABLE IF NOT EXISTS vital_load (
    id ID NOT NULL,
    organization_id ID NOT NULL,
    file_sha256 BYTES NOT NULL,
    file_name TEXT NOT NULL,
    actor TEXT NOT NULL,
    begun_at TIME NOT NULL,
    ended_at TIME,
    lines INT NOT NULL,
    stored INT NOT NULL,
    known INT NOT NULL,
    refused INT NOT NULL,
    CONSTRAINT vital_load_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS vital_load_file ON vital_load (organization_id, file_sha256);

-- What was found in a file: line counts from 1, place names a column. Never a value.
CREATE TABLE IF NOT EXISTS vital_finding (
    load_id ID NOT NULL,
    n INT NOT NULL,
    line INT NOT NULL,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    place TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT vital_finding_pkey PRIMARY KEY (load_id, n)
) CLUSTERED;

-- An identity that was replaced, for the operator alone: the numbers that led to the person, and what forms said, as JSON.
CREATE TABLE IF NOT EXISTS sealed_identity (
    id ID NOT NULL,
    person_id ID NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    event TEXT NOT NULL,
    former TEXT NOT NULL,
    CONSTRAINT sealed_identity_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS sealed_identity_person ON sealed_identity (person_id);

-- What was reported of that identity: the rows of submission_person as they were.
CREATE TABLE IF NOT EXISTS sealed_submission (
    source_record_id ID NOT NULL,
    revision INT NOT NULL,
    sealed_id ID NOT NULL,
    demographics TEXT NOT NULL,
    CONSTRAINT sealed_submission_pkey PRIMARY KEY (source_record_id, revision)
);
CREATE INDEX IF NOT EXISTS sealed_submission_of ON sealed_submission (sealed_id);

-- Messages that name an identity that was replaced: nobody is shown what they say.
CREATE TABLE IF NOT EXISTS sealed_message (
    message_id ID NOT NULL,
    CONSTRAINT sealed_message_pkey PRIMARY KEY (message_id)
) CLUSTERED;
