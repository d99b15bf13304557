-- A form of somebody who is not signed in begins one case, however often it is sent; and a password that was in force before is known.

-- A form that began a case, by the key of its word and of what was sent: the number of the case.
CREATE TABLE IF NOT EXISTS sent_form (
    key_sha256 BYTES NOT NULL,
    number INT NOT NULL,
    at TIME NOT NULL,
    CONSTRAINT sent_form_pkey PRIMARY KEY (key_sha256)
);
CREATE INDEX IF NOT EXISTS sent_form_at ON sent_form (at);

-- The hashes of passwords that an account had, in their order: the latest ones alone.
CREATE TABLE IF NOT EXISTS former_password (
    account_id ID NOT NULL,
    n INT NOT NULL,
    password_hash TEXT NOT NULL,
    CONSTRAINT former_password_pkey PRIMARY KEY (account_id, n)
);
