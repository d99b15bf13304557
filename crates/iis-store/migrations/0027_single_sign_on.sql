-- Who an account is at the issuer of the state's own sign-in. One for each account, connected by its owner.
CREATE TABLE IF NOT EXISTS issuer_subject (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id ID NOT NULL,
    shown_as TEXT NOT NULL,
    connected_at TIME NOT NULL,
    CONSTRAINT issuer_subject_pkey PRIMARY KEY (issuer, subject)
);
CREATE UNIQUE INDEX IF NOT EXISTS issuer_subject_account ON issuer_subject (account_id);
