-- Whose address for mail was moved, from where and by whom: the address of before hears of what is decided, and the clerk who moved
-- one decides nothing of that person for a while (decision 0061).
CREATE TABLE IF NOT EXISTS address_moved (
    id ID NOT NULL,
    worker_id ID NOT NULL,
    email_before TEXT NOT NULL,
    clerk_id ID,
    moved_at TIME NOT NULL,
    CONSTRAINT address_moved_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS address_moved_worker ON address_moved (worker_id, moved_at);
CREATE INDEX IF NOT EXISTS address_moved_at ON address_moved (moved_at);

-- A site administrator administers the organization: the role is held there, so that it outlasts each of its sites.
INSERT INTO role_assignment (account_id, role, place_kind, place_id)
    SELECT DISTINCT r.account_id, r.role, 'organization', s.organization_id
    FROM role_assignment r JOIN site s ON s.id = r.place_id
    WHERE r.role = 'site-administrator' AND r.place_kind = 'site'
    ON CONFLICT (account_id, role, place_kind, place_id) DO NOTHING;
DELETE FROM role_assignment WHERE role = 'site-administrator' AND place_kind = 'site';
