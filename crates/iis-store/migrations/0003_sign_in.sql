-- Failed sign-ins, by the hash of the name that was typed: names that nobody has are counted like those of accounts,
-- so that neither a lock nor its absence tells who has an account. Rows older than a day are cleared away.

CREATE TABLE IF NOT EXISTS sign_in_failure (
    name_sha256 BYTES NOT NULL,
    n INT NOT NULL,
    at TIME NOT NULL,
    CONSTRAINT sign_in_failure_pkey PRIMARY KEY (name_sha256, n)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS sign_in_failure_at ON sign_in_failure (at);

ALTER TABLE account DROP COLUMN failed;
ALTER TABLE account DROP COLUMN locked_until;
