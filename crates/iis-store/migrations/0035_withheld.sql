-- Which identity that was put away a message names, so that the message is shown again with that one alone; and since when
-- an identity stood that was put away as a mistake.

-- Messages that nobody is shown. sealed_id 0: the message itself names a former identity, or it is not known of which it told.
CREATE TABLE IF NOT EXISTS withheld_message (
    message_id ID NOT NULL,
    sealed_id ID NOT NULL,
    CONSTRAINT withheld_message_pkey PRIMARY KEY (message_id, sealed_id)
) CLUSTERED;
CREATE INDEX IF NOT EXISTS withheld_message_sealed ON withheld_message (sealed_id);

-- Of a message that came before the first replacement that stands, it is known.
INSERT INTO withheld_message (message_id, sealed_id)
    SELECT z.message_id, i.id FROM sealed_message z
    JOIN message m ON m.id = z.message_id
    JOIN sealed_identity i ON i.event <> 'replacement-reversal' AND i.at >= m.received_at
    WHERE (EXISTS (SELECT 1 FROM audit a WHERE a.person_id = i.person_id AND a.message_id = z.message_id)
        OR EXISTS (SELECT 1 FROM link l JOIN submission u ON u.source_record_id = l.source_record_id
            WHERE l.person_id = i.person_id AND u.message_id = z.message_id))
    AND NOT EXISTS (SELECT 1 FROM sealed_identity e WHERE e.person_id = i.person_id AND e.id <> i.id
        AND (e.at >= m.received_at AND e.at <= i.at
        OR e.at < m.received_at AND e.event <> 'replacement-reversal'));

-- Of others it is not, nor of those that also tell of somebody whose identity was replaced before they came, or of somebody else
-- of whom it is not known.
INSERT INTO withheld_message (message_id, sealed_id)
    SELECT z.message_id, 0 FROM sealed_message z
    WHERE NOT EXISTS (SELECT 1 FROM withheld_message w WHERE w.message_id = z.message_id)
    OR EXISTS (SELECT 1 FROM audit a JOIN message m ON m.id = a.message_id
        JOIN sealed_identity i ON i.person_id = a.person_id AND i.at < m.received_at
        WHERE a.message_id = z.message_id AND i.event <> 'replacement-reversal')
    OR EXISTS (SELECT 1 FROM audit a
        JOIN sealed_identity i ON i.person_id = a.person_id AND i.event <> 'replacement-reversal'
        WHERE a.message_id = z.message_id
        AND NOT EXISTS (SELECT 1 FROM withheld_message w JOIN sealed_identity k ON k.id = w.sealed_id
            WHERE w.message_id = z.message_id AND k.person_id = i.person_id));
DROP TABLE sealed_message;

-- Of a reversal: since when the identity stood that it put away. Empty: of another event, or an older row.
ALTER TABLE sealed_identity ADD COLUMN
    stood_since TIME;
