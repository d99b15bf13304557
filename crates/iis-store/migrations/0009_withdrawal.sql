-- Withdrawals: what one sender sent between two moments no longer counts, until that is taken back.

-- One action of somebody. It is carried out record by record; state says whether all are done. The counts are those of
-- the moment when it was decided. inverse_of: the withdrawal that this one takes back.
CREATE TABLE IF NOT EXISTS withdrawal (
    id ID NOT NULL,
    sender_id ID NOT NULL,
    sent_from TIME NOT NULL,
    sent_until TIME NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    inverse_of ID,
    state TEXT NOT NULL,
    messages INT NOT NULL,
    records INT NOT NULL,
    persons INT NOT NULL,
    doses INT NOT NULL,
    CONSTRAINT withdrawal_pkey PRIMARY KEY (id),
    CONSTRAINT withdrawal_state CHECK (state = 'running' OR state = 'done')
);
CREATE INDEX IF NOT EXISTS withdrawal_state_of ON withdrawal (state);
CREATE UNIQUE INDEX IF NOT EXISTS withdrawal_inverse ON withdrawal (inverse_of);

-- The withdrawal by which a submission, or a row of it, does not count; empty: it counts. What was sent stays as it is.
ALTER TABLE submission ADD COLUMN
    withdrawn_by ID;
ALTER TABLE report ADD COLUMN
    withdrawn_by ID;

-- The withdrawal that made this row: a submission said again what a withdrawn one had said, so it had no row of its own.
ALTER TABLE report ADD COLUMN
    made_by ID;
