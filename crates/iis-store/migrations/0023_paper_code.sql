-- Codes that stand on signed papers of cases, for the page that confirms documents: the code stands on the paper alone.
CREATE TABLE IF NOT EXISTS case_paper_code (
    code_sha256 BYTES NOT NULL,
    case_id ID NOT NULL,
    n INT NOT NULL,
    CONSTRAINT case_paper_code_pkey PRIMARY KEY (code_sha256)
) CLUSTERED;
