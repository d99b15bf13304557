-- An address for mail that waits for its link is stopped from the one that holds; and whose owner changed it, from where
-- (decision 0059).

-- The links of letters that end what waits, without signing in.
CREATE TABLE IF NOT EXISTS address_stop (
    token_sha256 BYTES NOT NULL,
    account_id ID NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT address_stop_pkey PRIMARY KEY (token_sha256)
);
CREATE INDEX IF NOT EXISTS address_stop_account ON address_stop (account_id);

-- The address of before, where the owner of an account changed it.
CREATE TABLE IF NOT EXISTS address_left (
    account_id ID NOT NULL,
    email TEXT NOT NULL,
    changed_at TIME NOT NULL,
    CONSTRAINT address_left_pkey PRIMARY KEY (account_id, email)
) CLUSTERED;
