-- An address for mail that waits for its link is stopped from the one that holds (decision 0059).

-- The links of letters that end what waits, without signing in.
CREATE TABLE IF NOT EXISTS address_stop (
    token_sha256 BYTES NOT NULL,
    account_id ID NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT address_stop_pkey PRIMARY KEY (token_sha256)
);
CREATE INDEX IF NOT EXISTS address_stop_account ON address_stop (account_id);
