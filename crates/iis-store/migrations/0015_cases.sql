-- Getting access: who works where, training, and cases (enrollments, requests for accounts, tickets).

-- Somebody who works, known by an address for mail; not a patient, and not yet an account.
CREATE TABLE IF NOT EXISTS worker (
    id ID NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    license_kind TEXT NOT NULL,
    license_number TEXT NOT NULL,
    created_at TIME NOT NULL,
    CONSTRAINT worker_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS worker_email ON worker (email);

-- The staff list of a site: who is on it in which position, listed by whom; an entry that ended stays.
CREATE TABLE IF NOT EXISTS staff_entry (
    id ID NOT NULL,
    site_id ID NOT NULL,
    worker_id ID NOT NULL,
    position TEXT NOT NULL,
    listed_at TIME NOT NULL,
    listed_by TEXT NOT NULL,
    ended_at TIME,
    ended_by TEXT NOT NULL,
    CONSTRAINT staff_entry_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS staff_entry_site ON staff_entry (site_id, worker_id);
CREATE INDEX IF NOT EXISTS staff_entry_worker ON staff_entry (worker_id);

-- Whose account it is, and when its organization last said that the person is still there.
CREATE TABLE IF NOT EXISTS account_worker (
    account_id ID NOT NULL,
    worker_id ID NOT NULL,
    confirmed_at TIME NOT NULL,
    asked_at TIME,
    CONSTRAINT account_worker_pkey PRIMARY KEY (account_id)
);
CREATE INDEX IF NOT EXISTS account_worker_worker ON account_worker (worker_id);

-- A link that sets a password once; found by the hash of its token.
CREATE TABLE IF NOT EXISTS password_link (
    token_sha256 BYTES NOT NULL,
    account_id ID NOT NULL,
    made_at TIME NOT NULL,
    valid_until TIME NOT NULL,
    CONSTRAINT password_link_pkey PRIMARY KEY (token_sha256)
) CLUSTERED;

-- An item of the training library: a course, or something to look at.
CREATE TABLE IF NOT EXISTS course (
    id ID NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    audience TEXT NOT NULL,
    module TEXT NOT NULL,
    minutes INT NOT NULL,
    version TEXT NOT NULL,
    published_on DATE NOT NULL,
    body TEXT NOT NULL,
    is_offered BOOL NOT NULL,
    CONSTRAINT course_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS course_code ON course (code);

-- Which courses a type of user must have taken beside the General User Course, which every type must.
CREATE TABLE IF NOT EXISTS required_course (
    user_type TEXT NOT NULL,
    course_id ID NOT NULL,
    CONSTRAINT required_course_pkey PRIMARY KEY (user_type, course_id)
) CLUSTERED;

-- A training record: a thing of its own, with its own way in. key_sha256 is of the link that was sent last.
CREATE TABLE IF NOT EXISTS trainee (
    id ID NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    organization_code TEXT NOT NULL,
    registered_at TIME NOT NULL,
    key_sha256 BYTES NOT NULL,
    confirmed_at TIME,
    CONSTRAINT trainee_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS trainee_email ON trainee (email);
CREATE UNIQUE INDEX IF NOT EXISTS trainee_key ON trainee (key_sha256);

-- Who has completed what, by address for mail: also of people who never registered here.
CREATE TABLE IF NOT EXISTS completion (
    email TEXT NOT NULL,
    course_id ID NOT NULL,
    completed_on DATE NOT NULL,
    source TEXT NOT NULL,
    recorded_at TIME NOT NULL,
    recorded_by TEXT NOT NULL,
    CONSTRAINT completion_pkey PRIMARY KEY (email, course_id)
) CLUSTERED;

-- What somebody asks of the registry and what goes through states: an enrollment, a request for an account, a ticket.
-- received_at is its place in the queue; body says what was asked, as JSON; version moves with every change.
CREATE TABLE IF NOT EXISTS case_file (
    id ID NOT NULL,
    kind TEXT NOT NULL,
    number INT NOT NULL,
    state TEXT NOT NULL,
    state_since TIME NOT NULL,
    version INT NOT NULL,
    opened_at TIME NOT NULL,
    received_at TIME,
    email TEXT NOT NULL,
    account_id ID,
    site_id ID,
    body TEXT NOT NULL,
    CONSTRAINT case_file_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS case_file_number ON case_file (kind, number);
CREATE INDEX IF NOT EXISTS case_file_queue ON case_file (kind, state, received_at);
CREATE INDEX IF NOT EXISTS case_file_email ON case_file (email);

-- Every move of a case.
CREATE TABLE IF NOT EXISTS case_event (
    case_id ID NOT NULL,
    n INT NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT case_event_pkey PRIMARY KEY (case_id, n)
) CLUSTERED;

-- What was said about a case.
CREATE TABLE IF NOT EXISTS case_message (
    case_id ID NOT NULL,
    n INT NOT NULL,
    at TIME NOT NULL,
    author TEXT NOT NULL,
    is_staff BOOL NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT case_message_pkey PRIMARY KEY (case_id, n)
) CLUSTERED;

-- Papers of a case: what was signed, scans, attachments. facts says who signed or who looked at it, as JSON.
CREATE TABLE IF NOT EXISTS case_paper (
    case_id ID NOT NULL,
    n INT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BYTES NOT NULL,
    content_sha256 BYTES NOT NULL,
    at TIME NOT NULL,
    facts TEXT NOT NULL,
    CONSTRAINT case_paper_pkey PRIMARY KEY (case_id, n)
);

-- News for the people of some roles; no roles: for all.
CREATE TABLE IF NOT EXISTS news (
    id ID NOT NULL,
    text TEXT NOT NULL,
    roles TEXT NOT NULL,
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    author TEXT NOT NULL,
    at TIME NOT NULL,
    CONSTRAINT news_pkey PRIMARY KEY (id)
);

-- How often anybody has letters written to an address is bounded.
CREATE INDEX IF NOT EXISTS outbox_recipient ON outbox (recipient, kind, created_at);
