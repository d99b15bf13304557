-- The final data model from the first step on. Types are the tokens of src/migrate.rs: ID INT TEXT DATE TIME BOOL
-- BYTES CLUSTERED. Keys are 64-bit numbers from leased blocks; they never leave the system. Columns called
-- ..._on that may be partly unknown are TEXT holding 2020, 2020-01 or 2020-01-15. Lists of values are written with OR:
-- for IN with three values or more SQLite builds a temporary table for every row.

-- Who reports, and where ------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS organization (
    id ID NOT NULL,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    CONSTRAINT organization_pkey PRIMARY KEY (id),
    CONSTRAINT organization_status CHECK (status = 'active' OR status = 'inactive')
);

CREATE TABLE IF NOT EXISTS site (
    id ID NOT NULL,
    organization_id ID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    pin TEXT,
    takes_ownership BOOL NOT NULL,
    status TEXT NOT NULL,
    CONSTRAINT site_pkey PRIMARY KEY (id),
    CONSTRAINT site_status CHECK (status = 'active' OR status = 'inactive')
);
CREATE UNIQUE INDEX IF NOT EXISTS site_code ON site (code);
CREATE INDEX IF NOT EXISTS site_organization ON site (organization_id);

CREATE TABLE IF NOT EXISTS sender (
    id ID NOT NULL,
    organization_id ID NOT NULL,
    name TEXT NOT NULL,
    default_site_id ID NOT NULL,
    profile TEXT NOT NULL,
    status TEXT NOT NULL,
    CONSTRAINT sender_pkey PRIMARY KEY (id),
    CONSTRAINT sender_status CHECK (status = 'active' OR status = 'inactive')
);
CREATE UNIQUE INDEX IF NOT EXISTS sender_name ON sender (name);

CREATE TABLE IF NOT EXISTS sender_secret (
    sender_id ID NOT NULL,
    id ID NOT NULL,
    secret_sha256 BYTES NOT NULL,
    created_at TIME NOT NULL,
    valid_until TIME,
    CONSTRAINT sender_secret_pkey PRIMARY KEY (sender_id, id)
) CLUSTERED;

CREATE TABLE IF NOT EXISTS sender_site (
    sender_id ID NOT NULL,
    site_id ID NOT NULL,
    CONSTRAINT sender_site_pkey PRIMARY KEY (sender_id, site_id)
) CLUSTERED;

CREATE TABLE IF NOT EXISTS shared_authority (
    authority TEXT NOT NULL,
    CONSTRAINT shared_authority_pkey PRIMARY KEY (authority)
) CLUSTERED;

-- Persons ---------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS person (
    id ID NOT NULL,
    registry_number INT NOT NULL,
    version INT NOT NULL,
    status TEXT NOT NULL,
    merged_into ID,
    created_at TIME NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_status CHECK (status = 'active' OR status = 'merged' OR status = 'provisional'),
    CONSTRAINT person_merged CHECK ((status = 'merged') = (merged_into IS NOT NULL))
);

-- Every number ever given out; a merged person's number leads to the person it was merged into.
CREATE TABLE IF NOT EXISTS registry_number (
    number INT NOT NULL,
    person_id ID NOT NULL,
    CONSTRAINT registry_number_pkey PRIMARY KEY (number)
);
CREATE INDEX IF NOT EXISTS registry_number_person ON registry_number (person_id);

-- Reported: only ever added to ------------------------------------------------------------------------------------

-- One medical record number at one organization; organization 0 stands for an authority registered as shared.
-- Numbers get reused: generation counts the different persons to whom the organization gave the same number.
CREATE TABLE IF NOT EXISTS source_record (
    id ID NOT NULL,
    organization_id ID NOT NULL,
    authority TEXT NOT NULL,
    mrn TEXT NOT NULL,
    generation INT NOT NULL,
    created_at TIME NOT NULL,
    CONSTRAINT source_record_pkey PRIMARY KEY (id),
    CONSTRAINT source_record_mrn_length CHECK (LENGTH(mrn) <= 250),
    CONSTRAINT source_record_authority_length CHECK (LENGTH(authority) <= 250)
);
CREATE UNIQUE INDEX IF NOT EXISTS source_record_identifier 
    ON source_record (organization_id, authority, mrn, generation);
CREATE INDEX IF NOT EXISTS source_record_mrn ON source_record (mrn);

-- Adding revision last + 1 is the compare-and-set of the source record. sent_hash is of what it says about the person.
CREATE TABLE IF NOT EXISTS submission (
    source_record_id ID NOT NULL,
    revision INT NOT NULL,
    message_id ID,
    sender_id ID,
    account_id ID,
    site_id ID,
    sent_at TIME NOT NULL,
    received_at TIME NOT NULL,
    sent_hash BYTES NOT NULL,
    CONSTRAINT submission_pkey PRIMARY KEY (source_record_id, revision)
) CLUSTERED;

-- What a revision says about the person, where that is not what the revision before it said.
CREATE TABLE IF NOT EXISTS submission_person (
    source_record_id ID NOT NULL,
    revision INT NOT NULL,
    demographics TEXT NOT NULL,
    CONSTRAINT submission_person_pkey PRIMARY KEY (source_record_id, revision)
);

-- Every version of a dose is a row, and so is its deletion. A sender's identity of the dose is dose_key. gist holds, in
-- a few dozen bytes, what of the body decides about doses; body_hash is of the whole body. The bodies themselves lie
-- apart, in the order in which they came: rows of more than a quarter of a page do not lie side by side in SQLite.
CREATE TABLE IF NOT EXISTS report (
    source_record_id ID NOT NULL,
    id ID NOT NULL,
    revision INT NOT NULL,
    dose_key TEXT NOT NULL,
    kind TEXT NOT NULL,
    action TEXT NOT NULL,
    given_on TEXT,
    cvx INT,
    sent_at TIME NOT NULL,
    gist BYTES NOT NULL,
    body_hash BYTES NOT NULL,
    CONSTRAINT report_pkey PRIMARY KEY (source_record_id, id),
    CONSTRAINT report_kind CHECK (kind = 'A' OR kind = 'H' OR kind = 'R' OR kind = 'O'),
    CONSTRAINT report_action CHECK (action = 'A' OR action = 'U' OR action = 'D')
) CLUSTERED;

CREATE TABLE IF NOT EXISTS report_body (
    id ID NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT report_body_pkey PRIMARY KEY (id)
);

-- Human and automatic decisions -----------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS link (
    source_record_id ID NOT NULL,
    person_id ID NOT NULL,
    kind TEXT NOT NULL,
    score_bits INT,
    model_version TEXT,
    decided_by TEXT NOT NULL,
    decided_at TIME NOT NULL,
    CONSTRAINT link_pkey PRIMARY KEY (source_record_id),
    CONSTRAINT link_kind CHECK (kind = 'auto' OR kind = 'manual' OR kind = 'identifier')
);
CREATE INDEX IF NOT EXISTS link_person ON link (person_id);

CREATE TABLE IF NOT EXISTS link_event (
    id ID NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    op TEXT NOT NULL,
    from_person ID,
    to_person ID,
    source_record_ids TEXT NOT NULL,
    reason TEXT NOT NULL,
    inverse_of ID,
    CONSTRAINT link_event_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS link_event_from ON link_event (from_person);
CREATE INDEX IF NOT EXISTS link_event_to ON link_event (to_person);

-- Consolidated: may be dropped and computed again -----------------------------------------------------------------

-- The fold of a source record's submissions; revision and sent_at are those of the last one that changed it.
CREATE TABLE IF NOT EXISTS source_view (
    source_record_id ID NOT NULL,
    demographics TEXT NOT NULL,
    revision INT NOT NULL,
    sent_at TIME NOT NULL,
    CONSTRAINT source_view_pkey PRIMARY KEY (source_record_id)
);

CREATE TABLE IF NOT EXISTS person_view (
    person_id ID NOT NULL,
    demographics TEXT NOT NULL,
    born_on TEXT,
    sex TEXT,
    protected BOOL NOT NULL,
    deceased BOOL NOT NULL,
    CONSTRAINT person_view_pkey PRIMARY KEY (person_id)
);

CREATE TABLE IF NOT EXISTS event (
    person_id ID NOT NULL,
    id ID NOT NULL,
    given_on TEXT,
    cvx INT,
    kind TEXT NOT NULL,
    reports TEXT NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (person_id, id),
    CONSTRAINT event_kind CHECK (kind = 'A' OR kind = 'H' OR kind = 'R' OR kind = 'O')
) CLUSTERED;

CREATE TABLE IF NOT EXISTS person_name (
    person_id ID NOT NULL,
    n INT NOT NULL,
    last TEXT NOT NULL,
    first TEXT NOT NULL,
    born_on TEXT,
    CONSTRAINT person_name_pkey PRIMARY KEY (person_id, n)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS person_name_born ON person_name (born_on, last, first);
CREATE INDEX IF NOT EXISTS person_name_last ON person_name (last, first);

CREATE TABLE IF NOT EXISTS match_key (
    k INT NOT NULL,
    person_id ID NOT NULL,
    CONSTRAINT match_key_pkey PRIMARY KEY (k, person_id)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS match_key_person ON match_key (person_id);

-- What changes with every dose: how many there are, and what is due when.
CREATE TABLE IF NOT EXISTS person_status (
    person_id ID NOT NULL,
    doses INT NOT NULL,
    latest_dose_on DATE,
    packed BYTES NOT NULL,
    release TEXT NOT NULL,
    re_evaluate_on DATE,
    CONSTRAINT person_status_pkey PRIMARY KEY (person_id)
);
CREATE INDEX IF NOT EXISTS person_status_due ON person_status (re_evaluate_on);

-- Concurrency: a stamp moves when a person is created under a key or keys are added -------------------------------

CREATE TABLE IF NOT EXISTS match_stamp (
    k INT NOT NULL,
    stamp INT NOT NULL,
    CONSTRAINT match_stamp_pkey PRIMARY KEY (k)
);

-- Messages and units ----------------------------------------------------------------------------------------------

-- key_n is 0 for a message with a key (a VXU that was processed) and the message's own id for all others.
CREATE TABLE IF NOT EXISTS message (
    id ID NOT NULL,
    sender_id ID NOT NULL,
    msh_3 TEXT NOT NULL,
    msh_4 TEXT NOT NULL,
    control_id TEXT NOT NULL,
    body_sha256 BYTES NOT NULL,
    key_n ID NOT NULL,
    channel TEXT NOT NULL,
    received_at TIME NOT NULL,
    kind TEXT NOT NULL,
    profile TEXT NOT NULL,
    ack TEXT NOT NULL,
    body BYTES NOT NULL,
    reply BYTES NOT NULL,
    findings TEXT NOT NULL,
    source_record_id ID,
    revision INT,
    micros INT NOT NULL,
    CONSTRAINT message_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS message_key ON message (sender_id, msh_3, msh_4, control_id, body_sha256, key_n);
CREATE INDEX IF NOT EXISTS message_received ON message (received_at);
CREATE INDEX IF NOT EXISTS message_sender ON message (sender_id, received_at);

CREATE TABLE IF NOT EXISTS unit_key (
    key BYTES NOT NULL,
    at TIME NOT NULL,
    result BYTES NOT NULL,
    CONSTRAINT unit_key_pkey PRIMARY KEY (key)
) CLUSTERED;

-- Audit -----------------------------------------------------------------------------------------------------------

-- Each writing connection owns a chain; hash = sha256(prev, canonical bytes of the row).
CREATE TABLE IF NOT EXISTS audit (
    chain_id ID NOT NULL,
    n INT NOT NULL,
    at TIME NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    channel TEXT NOT NULL,
    action TEXT NOT NULL,
    person_id ID,
    message_id ID,
    purpose TEXT NOT NULL,
    result TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev BYTES NOT NULL,
    hash BYTES NOT NULL,
    CONSTRAINT audit_pkey PRIMARY KEY (chain_id, n)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS audit_person ON audit (person_id, at);

CREATE TABLE IF NOT EXISTS audit_seal (
    n INT NOT NULL,
    at TIME NOT NULL,
    heads TEXT NOT NULL,
    prev BYTES NOT NULL,
    hash BYTES NOT NULL,
    signature BYTES NOT NULL,
    CONSTRAINT audit_seal_pkey PRIMARY KEY (n)
);

-- Accounts --------------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS account (
    id ID NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    status TEXT NOT NULL,
    failed INT NOT NULL,
    locked_until TIME,
    created_at TIME NOT NULL,
    last_sign_in_at TIME,
    must_change BOOL NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_status CHECK (status = 'active' OR status = 'disabled')
);
CREATE UNIQUE INDEX IF NOT EXISTS account_name ON account (name);

CREATE TABLE IF NOT EXISTS account_role (
    account_id ID NOT NULL,
    role TEXT NOT NULL,
    site_id ID NOT NULL,
    CONSTRAINT account_role_pkey PRIMARY KEY (account_id, role, site_id)
) CLUSTERED;

CREATE TABLE IF NOT EXISTS session (
    token_sha256 BYTES NOT NULL,
    account_id ID NOT NULL,
    csrf TEXT NOT NULL,
    created_at TIME NOT NULL,
    seen_at TIME NOT NULL,
    expires_at TIME NOT NULL,
    channel_info TEXT NOT NULL,
    CONSTRAINT session_pkey PRIMARY KEY (token_sha256)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS session_account ON session (account_id);

-- The criteria of a search stay on the server, so that no patient data stands in an address.
CREATE TABLE IF NOT EXISTS search (
    id ID NOT NULL,
    account_id ID NOT NULL,
    at TIME NOT NULL,
    criteria TEXT NOT NULL,
    CONSTRAINT search_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS search_account ON search (account_id, at);

-- Running the registry --------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS job (
    id ID NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at TIME NOT NULL,
    attempts INT NOT NULL,
    lease_until TIME,
    lease_owner TEXT,
    error TEXT NOT NULL,
    progress TEXT NOT NULL,
    CONSTRAINT job_pkey PRIMARY KEY (id),
    CONSTRAINT job_state CHECK (state = 'waiting' OR state = 'running' OR state = 'done' OR state = 'dead')
);
CREATE INDEX IF NOT EXISTS job_next ON job (state, run_at);

CREATE TABLE IF NOT EXISTS setting (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT setting_pkey PRIMARY KEY (name)
) CLUSTERED;

CREATE TABLE IF NOT EXISTS id_block (
    name TEXT NOT NULL,
    next ID NOT NULL,
    CONSTRAINT id_block_pkey PRIMARY KEY (name)
) CLUSTERED;
