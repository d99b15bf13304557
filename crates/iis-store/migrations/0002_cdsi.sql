-- Releases of the immunization schedule side by side, and local overlays on them. Which release is in force stands in
-- setting cdsi.release; without it the one that ships with the program.

-- body: the release in the project's own tables, as JSON [[file, text], ...]; sha256 is of these bytes.
CREATE TABLE IF NOT EXISTS cdsi_release (
    name TEXT NOT NULL,
    body BYTES NOT NULL,
    sha256 BYTES NOT NULL,
    counts TEXT NOT NULL,
    imported_at TIME NOT NULL,
    imported_by TEXT NOT NULL,
    CONSTRAINT cdsi_release_pkey PRIMARY KEY (name)
);

-- An overlay that is in force is applied to whichever release is; a changed overlay has another version.
CREATE TABLE IF NOT EXISTS cdsi_overlay (
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    dated DATE NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    in_force BOOL NOT NULL,
    added_at TIME NOT NULL,
    added_by TEXT NOT NULL,
    CONSTRAINT cdsi_overlay_pkey PRIMARY KEY (name, version)
);
