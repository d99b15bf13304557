-- Why somebody opened a person who is not one of their own patients: asked once for a while, and in the audit for good.
CREATE TABLE IF NOT EXISTS opening_purpose (
    account_id ID NOT NULL,
    registry_number INT NOT NULL,
    at TIME NOT NULL,
    purpose TEXT NOT NULL,
    CONSTRAINT opening_purpose_pkey PRIMARY KEY (account_id, registry_number)
) CLUSTERED;
