-- Signing in: a second factor and its recovery codes, what was agreed to, and how far a session has come.

-- The shared secret of an authenticator app, sealed under a key that lies outside the database. last_step is the time step
-- of the last code that was taken, so that no code counts twice.
CREATE TABLE IF NOT EXISTS second_factor (
    account_id ID NOT NULL,
    nonce BYTES NOT NULL,
    sealed BYTES NOT NULL,
    last_step INT NOT NULL,
    added_at TIME NOT NULL,
    CONSTRAINT second_factor_pkey PRIMARY KEY (account_id)
);

CREATE TABLE IF NOT EXISTS recovery_code (
    account_id ID NOT NULL,
    code_sha256 BYTES NOT NULL,
    CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, code_sha256)
) CLUSTERED;

-- What somebody accepted, by the hash of its text, and when.
CREATE TABLE IF NOT EXISTS user_agreement (
    account_id ID NOT NULL,
    at TIME NOT NULL,
    text_sha256 BYTES NOT NULL,
    CONSTRAINT user_agreement_pkey PRIMARY KEY (account_id, at)
) CLUSTERED;

-- When staff opened an account again: ninety days without a sign-in count from then.
ALTER TABLE account ADD COLUMN
    reopened_at TIME;

-- 'second': the password was right and the second factor is still owed; 'agreement', 'setting-up': what must be done
-- before anything else opens; empty: nothing is owed. proved_at: when its owner last showed
-- who they are; empty: when it began.
ALTER TABLE session ADD COLUMN
    stage TEXT;
ALTER TABLE session ADD COLUMN
    proved_at TIME;
