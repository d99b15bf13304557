-- Which organization lets a user in and says that the user is still there, each for itself; and site administrators who wait
-- for their training.

-- Through which organization a role was approved that is held at none of its places; empty: the place says it.
ALTER TABLE role_assignment ADD COLUMN
    organization_id ID;
CREATE INDEX IF NOT EXISTS role_assignment_organization ON role_assignment (organization_id);
UPDATE role_assignment SET organization_id = (
    SELECT s.organization_id FROM case_file c JOIN site s ON s.id = c.site_id
    WHERE c.kind = 'request' AND c.account_id = role_assignment.account_id AND s.kind = 'health-department'
    ORDER BY c.number DESC LIMIT 1)
    WHERE place_kind = 'jurisdiction';

-- The users of an organization: when it last said that somebody is still there, and since when it is asked again.
CREATE TABLE IF NOT EXISTS user_confirmation (
    account_id ID NOT NULL,
    organization_id ID NOT NULL,
    confirmed_at TIME NOT NULL,
    asked_at TIME,
    CONSTRAINT user_confirmation_pkey PRIMARY KEY (account_id, organization_id)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS user_confirmation_organization ON user_confirmation (organization_id);
INSERT INTO user_confirmation (account_id, organization_id, confirmed_at, asked_at)
    SELECT DISTINCT r.account_id,
        CASE WHEN r.place_kind = 'organization' THEN r.place_id ELSE COALESCE(s.organization_id, r.organization_id) END,
        COALESCE(b.confirmed_at, a.created_at), b.asked_at
    FROM role_assignment r JOIN account a ON a.id = r.account_id
    LEFT JOIN site s ON s.id = r.place_id AND r.place_kind = 'site'
    LEFT JOIN account_worker b ON b.account_id = r.account_id
    WHERE r.place_kind = 'organization' OR s.organization_id IS NOT NULL OR r.organization_id IS NOT NULL;
ALTER TABLE account_worker DROP COLUMN confirmed_at;
ALTER TABLE account_worker DROP COLUMN asked_at;

-- A site that is enrolled and whose administrator has not completed the required training: the role waits for that.
CREATE TABLE IF NOT EXISTS awaited_administrator (
    enrollment INT NOT NULL,
    since TIME NOT NULL,
    CONSTRAINT awaited_administrator_pkey PRIMARY KEY (enrollment)
);
