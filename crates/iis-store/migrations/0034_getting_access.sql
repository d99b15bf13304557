-- Tickets are found by what they are about, by whose they are and by the site they come from; sites by their town; and how
-- often letters are asked for from the public pages is counted.

-- What a ticket is about; empty: the case is no ticket.
ALTER TABLE case_file ADD COLUMN
    topic TEXT;
UPDATE case_file SET topic = 'training' WHERE kind = 'ticket' AND body LIKE '%"category":"training"%';
UPDATE case_file SET topic = 'account' WHERE kind = 'ticket' AND body LIKE '%"category":"account"%';
UPDATE case_file SET topic = 'add-role' WHERE kind = 'ticket' AND body LIKE '%"category":"add-role"%';
UPDATE case_file SET topic = 'enrollment' WHERE kind = 'ticket' AND body LIKE '%"category":"enrollment"%';
UPDATE case_file SET topic = 'interface' WHERE kind = 'ticket' AND body LIKE '%"category":"interface"%';
UPDATE case_file SET topic = 'vaccine' WHERE kind = 'ticket' AND body LIKE '%"category":"vaccine"%';
UPDATE case_file SET topic = 'record' WHERE kind = 'ticket' AND body LIKE '%"category":"record"%';
UPDATE case_file SET topic = 'other' WHERE kind = 'ticket' AND topic IS NULL;
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
