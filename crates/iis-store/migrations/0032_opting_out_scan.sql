-- Scans of signed forms of opting out and of coming back: one a form, only added to. A form that was moved to another number
-- when an identity was sealed leaves its scan behind, under the number that is sealed.
CREATE TABLE IF NOT EXISTS opting_out_scan (
    registry_number INT NOT NULL,
    form_id ID NOT NULL,
    media_type TEXT NOT NULL,
    content BYTES NOT NULL,
    content_sha256 BYTES NOT NULL,
    scanner TEXT NOT NULL,
    CONSTRAINT opting_out_scan_pkey PRIMARY KEY (registry_number, form_id)
);
