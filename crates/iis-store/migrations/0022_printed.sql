-- Documents that were printed, for the page that confirms them: only added to. The code stands on the paper alone; what
-- is kept of the person is what the page says to whoever holds the code.
CREATE TABLE IF NOT EXISTS printed_document (
    id ID NOT NULL,
    code_sha256 BYTES NOT NULL,
    registry_number INT NOT NULL,
    person_id ID NOT NULL,
    person_version INT NOT NULL,
    form TEXT NOT NULL,
    language TEXT NOT NULL,
    initials TEXT NOT NULL,
    birth_year INT,
    doses INT NOT NULL,
    issued_at TIME NOT NULL,
    actor TEXT NOT NULL,
    purpose TEXT NOT NULL,
    pdf_sha256 BYTES NOT NULL,
    CONSTRAINT printed_document_pkey PRIMARY KEY (id)
);

CREATE UNIQUE INDEX IF NOT EXISTS printed_document_code ON printed_document (code_sha256);
CREATE INDEX IF NOT EXISTS printed_document_number ON printed_document (registry_number);

-- Documents that are not to be believed any more, each with who said so and why.
CREATE TABLE IF NOT EXISTS revoked_document (
    document_id ID NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT revoked_document_pkey PRIMARY KEY (document_id)
) CLUSTERED;
