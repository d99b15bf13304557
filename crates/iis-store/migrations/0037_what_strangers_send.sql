-- What people send who are not signed in is bounded; and the link of a training record that is mailed again is one of its own.

-- A file that somebody sent with nothing but the link of a case: how large it is, and when it came.
CREATE TABLE IF NOT EXISTS stranger_file (
    id ID NOT NULL,
    case_id ID NOT NULL,
    at TIME NOT NULL,
    bytes INT NOT NULL,
    CONSTRAINT stranger_file_pkey PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS stranger_file_case ON stranger_file (case_id, bytes);
CREATE INDEX IF NOT EXISTS stranger_file_at ON stranger_file (at, bytes);

-- The key of the link that is mailed to whoever asks for it again; the first link goes on working. Empty: nobody asked.
ALTER TABLE trainee ADD COLUMN
    again_sha256 BYTES;
CREATE UNIQUE INDEX IF NOT EXISTS trainee_again ON trainee (again_sha256);
