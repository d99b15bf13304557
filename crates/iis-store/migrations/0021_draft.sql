-- What was typed into a form when the session had ended: sealed under the registry's key outside the database, for the
-- account that typed it, given back on the same form.
CREATE TABLE IF NOT EXISTS draft (
    account_id ID NOT NULL,
    address TEXT NOT NULL,
    at TIME NOT NULL,
    nonce BYTES NOT NULL,
    sealed BYTES NOT NULL,
    CONSTRAINT draft_pkey PRIMARY KEY (account_id, address)
);
CREATE INDEX IF NOT EXISTS draft_at ON draft (at);
