-- How long a message took, stored traffic against the rules of today, and how far a withdrawal came.

-- Microseconds after receipt, as micros (until the plan was made): until the message was read, and until it was checked.
ALTER TABLE message ADD COLUMN
    read_micros INT;
ALTER TABLE message ADD COLUMN
    checked_micros INT;

-- Until what the message changed was on disk and its reply was handed out: only known afterwards, so it is written a little
-- later, and lost when the program is killed in between.
CREATE TABLE IF NOT EXISTS message_answer (
    message_id ID NOT NULL,
    micros INT NOT NULL,
    CONSTRAINT message_answer_pkey PRIMARY KEY (message_id)
) CLUSTERED;

-- A replay: asked is which messages, as JSON; messages how many there were when it was begun. after_at and after_id are the
-- place in the list up to which it came. told counts what differs, as JSON.
CREATE TABLE IF NOT EXISTS replay (
    id ID NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    asked TEXT NOT NULL,
    state TEXT NOT NULL,
    messages INT NOT NULL,
    looked_at INT NOT NULL,
    differing INT NOT NULL,
    after_at TIME,
    after_id ID,
    told TEXT NOT NULL,
    CONSTRAINT replay_pkey PRIMARY KEY (id),
    CONSTRAINT replay_state CHECK (state = 'running' OR state = 'done' OR state = 'stopped')
);
CREATE INDEX IF NOT EXISTS replay_state_of ON replay (state);

-- A message whose answer would differ today, in the order in which they were found; body says what differs, as JSON.
CREATE TABLE IF NOT EXISTS replay_difference (
    replay_id ID NOT NULL,
    n INT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT replay_difference_pkey PRIMARY KEY (replay_id, n)
) CLUSTERED;

-- Messages that a withdrawal has gone through, of those it is about.
ALTER TABLE withdrawal ADD COLUMN
    looked_at INT;
