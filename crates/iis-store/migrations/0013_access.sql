-- How far roles reach: a role is held at a place, and the places below the state know who belongs to them.

-- place_kind says what place_id is the key of; the state has 0.
CREATE TABLE IF NOT EXISTS role_assignment (
    account_id ID NOT NULL,
    role TEXT NOT NULL,
    place_kind TEXT NOT NULL,
    place_id ID NOT NULL,
    CONSTRAINT role_assignment_pkey PRIMARY KEY (account_id, role, place_kind, place_id),
    CONSTRAINT role_assignment_place CHECK (place_kind = 'state' OR place_kind = 'site'
        OR place_kind = 'organization' OR place_kind = 'jurisdiction')
) CLUSTERED;
CREATE INDEX IF NOT EXISTS role_assignment_at ON role_assignment (place_kind, place_id);
INSERT INTO role_assignment (account_id, role, place_kind, place_id)
    SELECT account_id, role, CASE WHEN site_id = 0 THEN 'state' ELSE 'site' END, site_id FROM account_role;
DROP TABLE account_role;

-- A county, a health district, a town, and who lives there: by the county of the address when one is given, else by ZIP
-- code or city. Areas are written in upper case.
CREATE TABLE IF NOT EXISTS jurisdiction (
    id ID NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT jurisdiction_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS jurisdiction_name ON jurisdiction (name);

CREATE TABLE IF NOT EXISTS jurisdiction_area (
    jurisdiction_id ID NOT NULL,
    kind TEXT NOT NULL,
    area TEXT NOT NULL,
    CONSTRAINT jurisdiction_area_pkey PRIMARY KEY (jurisdiction_id, kind, area),
    CONSTRAINT jurisdiction_area_kind CHECK (kind = 'county' OR kind = 'zip' OR kind = 'city')
) CLUSTERED;

-- The students of a school by registry number: numbers lead to the right record whatever is merged and split.
CREATE TABLE IF NOT EXISTS school_student (
    site_id ID NOT NULL,
    registry_number INT NOT NULL,
    added_at TIME NOT NULL,
    CONSTRAINT school_student_pkey PRIMARY KEY (site_id, registry_number)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS school_student_number ON school_student (registry_number);
