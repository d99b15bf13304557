-- Mail: a letter is a row of the transaction that is its reason, and leaves afterwards.

-- try_at: when the next try is due; while a letter is under way, when it is taken for lost and tried again; empty: no more.
-- The body of a letter with a secret is emptied when it has left.
CREATE TABLE IF NOT EXISTS outbox (
    id ID NOT NULL,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    holds_secret BOOL NOT NULL,
    state TEXT NOT NULL,
    created_at TIME NOT NULL,
    attempts INT NOT NULL,
    try_at TIME,
    sent_at TIME,
    trouble TEXT NOT NULL,
    CONSTRAINT outbox_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_state CHECK (state = 'waiting' OR state = 'sent' OR state = 'kept' OR state = 'given-up')
);
CREATE INDEX IF NOT EXISTS outbox_next ON outbox (state, try_at);
CREATE INDEX IF NOT EXISTS outbox_created ON outbox (created_at, id);
