-- What a sender is recognized by besides its name and secret.

-- A key belongs to one sender. sha256 is of the certificate (kind certificate) or of the public key (kind ssh).
CREATE TABLE IF NOT EXISTS sender_key (
    kind TEXT NOT NULL,
    sha256 BYTES NOT NULL,
    sender_id ID NOT NULL,
    created_at TIME NOT NULL,
    CONSTRAINT sender_key_pkey PRIMARY KEY (kind, sha256)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS sender_key_sender ON sender_key (sender_id);

-- Who names this facility (MSH-4, upper case) from this network, without a key, is the sender.
CREATE TABLE IF NOT EXISTS sender_origin (
    facility TEXT NOT NULL,
    network TEXT NOT NULL,
    sender_id ID NOT NULL,
    created_at TIME NOT NULL,
    CONSTRAINT sender_origin_pkey PRIMARY KEY (facility, network)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS sender_origin_sender ON sender_origin (sender_id);
