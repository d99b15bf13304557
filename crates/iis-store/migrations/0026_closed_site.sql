-- Sites whose enrollment lapsed or was suspended: since when, and whether their people are locked out by now. A row goes
-- when the site is open again.
CREATE TABLE IF NOT EXISTS closed_site (
    site_id ID NOT NULL,
    enrollment INT NOT NULL,
    since TIME NOT NULL,
    is_locked BOOL NOT NULL,
    warned_at TIME,
    CONSTRAINT closed_site_pkey PRIMARY KEY (site_id)
) CLUSTERED;
