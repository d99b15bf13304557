-- Passkeys: what the registry keeps of each, as the library that checks them writes it. The private half never leaves
-- its owner's device. stopped_at: since when it opens nothing, because its counter went back as that of a copy does.
CREATE TABLE IF NOT EXISTS passkey (
    credential_id BYTES NOT NULL,
    account_id ID NOT NULL,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    added_at TIME NOT NULL,
    used_at TIME,
    stopped_at TIME,
    CONSTRAINT passkey_pkey PRIMARY KEY (credential_id)
);
CREATE INDEX IF NOT EXISTS passkey_account ON passkey (account_id, added_at);

-- A question that a passkey must answer: found by the hash of its word, answered once. account_id: who may answer;
-- empty: whoever has a passkey.
CREATE TABLE IF NOT EXISTS passkey_question (
    word_sha256 BYTES NOT NULL,
    account_id ID,
    purpose TEXT NOT NULL,
    state TEXT NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT passkey_question_pkey PRIMARY KEY (word_sha256)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS passkey_question_until ON passkey_question (valid_until);

-- Under what wrong codes of a session are counted that owes the second factor; empty: under the user name. Whoever came
-- by a way back is not kept out by what others guess.
ALTER TABLE session ADD COLUMN
    counted_as BYTES;
