-- Vaccine on hand: the ledger. The number of doses of a lot is the sum of its entries, which are only ever added to.

-- A refrigerator or freezer of a site.
CREATE TABLE IF NOT EXISTS storage_unit (
    id ID NOT NULL,
    site_id ID NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    CONSTRAINT storage_unit_pkey PRIMARY KEY (id),
    CONSTRAINT storage_unit_kind CHECK (kind = 'refrigerator' OR kind = 'freezer' OR kind = 'ultra-cold'),
    CONSTRAINT storage_unit_status CHECK (status = 'active' OR status = 'inactive')
);
CREATE UNIQUE INDEX IF NOT EXISTS storage_unit_name ON storage_unit (site_id, name);

-- A lot on hand, by its stock key: site, unit, package, lot number, last usable day, whose money bought it. lot_key is the
-- lot number folded, as it is looked for.
CREATE TABLE IF NOT EXISTS stock_lot (
    id ID NOT NULL,
    site_id ID NOT NULL,
    unit_id ID NOT NULL,
    ndc TEXT NOT NULL,
    cvx INT NOT NULL,
    mvx TEXT NOT NULL,
    lot TEXT NOT NULL,
    lot_key TEXT NOT NULL,
    expires_on DATE NOT NULL,
    funding TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at TIME NOT NULL,
    CONSTRAINT stock_lot_pkey PRIMARY KEY (id),
    CONSTRAINT stock_lot_length CHECK (LENGTH(lot) <= 60),
    CONSTRAINT stock_lot_status CHECK (status = 'active' OR status = 'quarantined' OR status = 'recalled')
);
CREATE UNIQUE INDEX IF NOT EXISTS stock_lot_identity ON stock_lot (site_id, unit_id, ndc, lot_key, expires_on, funding);

-- An entry of the ledger. n counts the entries of the lot from 1: adding last + 1 is the compare-and-set, so that two
-- doses that are recorded at the same time see each other. source_record_id and dose_key name the dose that it is for.
CREATE TABLE IF NOT EXISTS stock_entry (
    lot_id ID NOT NULL,
    n INT NOT NULL,
    kind TEXT NOT NULL,
    doses INT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TIME NOT NULL,
    source_record_id ID,
    dose_key TEXT,
    CONSTRAINT stock_entry_pkey PRIMARY KEY (lot_id, n)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS stock_entry_dose ON stock_entry (source_record_id, dose_key);

-- A dose that should have come out of the stock of a site and did not, and why. A later version of the dose that does
-- come out takes the row away.
CREATE TABLE IF NOT EXISTS stock_missed (
    source_record_id ID NOT NULL,
    dose_key TEXT NOT NULL,
    site_id ID NOT NULL,
    report_id ID NOT NULL,
    reason TEXT NOT NULL,
    at TIME NOT NULL,
    CONSTRAINT stock_missed_pkey PRIMARY KEY (source_record_id, dose_key)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS stock_missed_site ON stock_missed (site_id, at);
