-- Tickets are found by what they are about, by whose they are and by the site they come from; sites by their town; and how
-- often letters are asked for from the public pages is counted.

-- What a ticket is about; empty: the case is no ticket, or an older one, of which it stands in the body alone.
ALTER TABLE case_file ADD COLUMN
    topic TEXT;
CREATE INDEX IF NOT EXISTS case_file_account ON case_file (account_id, kind, number);
CREATE INDEX IF NOT EXISTS case_file_site ON case_file (site_id, kind, number);

-- The town of a site, for those who look for their own; empty: not known.
ALTER TABLE site ADD COLUMN
    town TEXT;

-- When somebody who is not signed in asked for a letter to an address, whether or not one was written.
CREATE TABLE IF NOT EXISTS letter_ask (
    id ID NOT NULL,
    recipient_sha256 BYTES NOT NULL,
    kind TEXT NOT NULL,
    asked_at TIME NOT NULL,
    CONSTRAINT letter_ask_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS letter_ask_recipient ON letter_ask (recipient_sha256, kind, asked_at);
CREATE INDEX IF NOT EXISTS letter_ask_at ON letter_ask (asked_at);
