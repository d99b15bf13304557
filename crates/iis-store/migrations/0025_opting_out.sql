-- Opting out of the registry and rescinding that, each as its signed form says (requirements Y-1): only added to. A row
-- hangs on the registry number that stood on the form; numbers lead to persons, and merges and splits move them.
CREATE TABLE IF NOT EXISTS opting_out (
    registry_number INT NOT NULL,
    id ID NOT NULL,
    opts_out BOOL NOT NULL,
    signed_on DATE NOT NULL,
    signed_by TEXT NOT NULL,
    relation TEXT NOT NULL,
    reference TEXT NOT NULL,
    at TIME NOT NULL,
    actor TEXT NOT NULL,
    CONSTRAINT opting_out_pkey PRIMARY KEY (registry_number, id)
) CLUSTERED;
