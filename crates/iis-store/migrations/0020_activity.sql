-- Whether a person is somebody's patient: what was said of it, at a site or in the jurisdiction. Only added to. A row
-- hangs on a source record, so it follows the links. revision is the submission it came with: withdrawn with that one;
-- none: the registry's own rule said it.
CREATE TABLE IF NOT EXISTS activity (
    source_record_id ID NOT NULL,
    id ID NOT NULL,
    revision INT,
    level TEXT NOT NULL,
    site_id ID NOT NULL,
    activity TEXT NOT NULL,
    note TEXT NOT NULL,
    effective_on DATE NOT NULL,
    at TIME NOT NULL,
    said_by TEXT NOT NULL,
    CONSTRAINT activity_pkey PRIMARY KEY (source_record_id, id),
    CONSTRAINT activity_level CHECK (level = 'site' OR level = 'jurisdiction')
) CLUSTERED;
