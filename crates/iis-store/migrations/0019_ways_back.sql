-- The way back after a lock-out: a link of a letter, by the hash of its token.
CREATE TABLE IF NOT EXISTS way_back (
    token_sha256 BYTES NOT NULL,
    account_id ID NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT way_back_pkey PRIMARY KEY (token_sha256)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS way_back_account ON way_back (account_id);

-- The code that was mailed to somebody whose password was right; one for each account, used once.
CREATE TABLE IF NOT EXISTS mailed_code (
    account_id ID NOT NULL,
    code_sha256 BYTES NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT mailed_code_pkey PRIMARY KEY (account_id)
);
