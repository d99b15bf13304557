-- Addresses for mail that change: one that waits until the link that was mailed there is opened, and who of the Help Desk
-- changed whose, since that clerk helps the account no further for a while (decision 0059).
CREATE TABLE IF NOT EXISTS address_change (
    account_id ID NOT NULL,
    token_sha256 BYTES NOT NULL,
    email TEXT NOT NULL,
    valid_until TIME NOT NULL,
    clerk_id ID,
    CONSTRAINT address_change_pkey PRIMARY KEY (account_id)
);
CREATE INDEX IF NOT EXISTS address_change_token ON address_change (token_sha256);

CREATE TABLE IF NOT EXISTS address_clerk (
    account_id ID NOT NULL,
    clerk_id ID NOT NULL,
    changed_at TIME NOT NULL,
    CONSTRAINT address_clerk_pkey PRIMARY KEY (account_id, clerk_id)
) CLUSTERED;
