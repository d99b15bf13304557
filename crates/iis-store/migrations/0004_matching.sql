-- Patient matching: what candidates are compared with, what waits for a human, what humans decided.

-- A person's records in comparable form (consolidated): read instead of what was reported when candidates are weighed.
CREATE TABLE IF NOT EXISTS match_subject (
    person_id ID NOT NULL,
    records BYTES NOT NULL,
    CONSTRAINT match_subject_pkey PRIMARY KEY (person_id)
);

-- Keys of a person are known from its records in comparable form; nobody asks for them by person.
DROP INDEX IF EXISTS match_key_person;

-- How often names occur and which numbers are an office's, as counted last; kind says of what.
CREATE TABLE IF NOT EXISTS name_freq (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    n INT NOT NULL,
    CONSTRAINT name_freq_pkey PRIMARY KEY (kind, value)
) CLUSTERED;

-- Two persons who may be one. person_id is the one whose record came last, normally provisional until somebody decides.
CREATE TABLE IF NOT EXISTS review_item (
    id ID NOT NULL,
    source_record_id ID NOT NULL,
    person_id ID NOT NULL,
    candidates TEXT NOT NULL,
    best_bits INT NOT NULL,
    model_version INT NOT NULL,
    priority INT NOT NULL,
    state TEXT NOT NULL,
    opened_at TIME NOT NULL,
    opened_by TEXT NOT NULL,
    closed_at TIME,
    event_id ID,
    CONSTRAINT review_item_pkey PRIMARY KEY (id),
    CONSTRAINT review_item_state CHECK (state = 'open' OR state = 'second' OR state = 'merged' OR state = 'different')
);
CREATE INDEX IF NOT EXISTS review_item_queue ON review_item (state, priority, id);
CREATE INDEX IF NOT EXISTS review_item_person ON review_item (person_id);
CREATE INDEX IF NOT EXISTS review_item_event ON review_item (event_id);

-- What each reviewer answered; an answer about persons with many doses waits for a second one.
CREATE TABLE IF NOT EXISTS review_answer (
    id ID NOT NULL,
    item_id ID,
    op TEXT NOT NULL,
    from_person ID NOT NULL,
    to_person ID NOT NULL,
    event_id ID,
    actor TEXT NOT NULL,
    at TIME NOT NULL,
    remark TEXT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT review_answer_pkey PRIMARY KEY (id),
    CONSTRAINT review_answer_state CHECK (state = 'waiting' OR state = 'done' OR state = 'withdrawn')
);
CREATE INDEX IF NOT EXISTS review_answer_item ON review_answer (item_id);
CREATE INDEX IF NOT EXISTS review_answer_from ON review_answer (from_person);

-- Somebody decided that two persons are two (the smaller id first): never proposed again.
CREATE TABLE IF NOT EXISTS not_same (
    person_a ID NOT NULL,
    person_b ID NOT NULL,
    actor TEXT NOT NULL,
    at TIME NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT not_same_pkey PRIMARY KEY (person_a, person_b)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS not_same_b ON not_same (person_b);

-- What took a decision about links back.
CREATE INDEX IF NOT EXISTS link_event_inverse ON link_event (inverse_of);

-- Who was merged into a person.
CREATE INDEX IF NOT EXISTS person_merged_into ON person (merged_into);
