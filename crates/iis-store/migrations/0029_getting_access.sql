-- What was done at a site by standing in for another: which rows of the audit.
CREATE TABLE IF NOT EXISTS backup_deed (
    site_id ID NOT NULL,
    at TIME NOT NULL,
    chain_id ID NOT NULL,
    n INT NOT NULL,
    CONSTRAINT backup_deed_pkey PRIMARY KEY (site_id, at, chain_id, n)
) CLUSTERED;

-- Completions that systems outside reported, each under that system's own number: the same number again is the same report.
CREATE TABLE IF NOT EXISTS reported_completion (
    sender_id ID NOT NULL,
    number TEXT NOT NULL,
    email TEXT NOT NULL,
    course_id ID NOT NULL,
    completed_on DATE NOT NULL,
    reported_at TIME NOT NULL,
    CONSTRAINT reported_completion_pkey PRIMARY KEY (sender_id, number)
) CLUSTERED;
