-- Whether the doses that a submission says come out of the stock of its site, as it was agreed with its sender when it came: an agreement
-- that is made or ended later changes nothing of it (decision 0066). Forms say it of each dose.
ALTER TABLE submission ADD COLUMN
    decrements BOOL;

-- Of what came before: forms; and what a sender sent from the first of its doses on that came out of the stock, or should have.
UPDATE submission SET decrements = TRUE WHERE account_id IS NOT NULL;
UPDATE submission SET decrements = TRUE FROM (
    SELECT f.sender_id AS of_sender, MIN(f.received_at) AS since FROM (
        SELECT e.source_record_id AS record, e.dose_key AS dose, e.at AS at FROM stock_entry e WHERE e.kind = 'administered' AND e.reason = ''
        UNION ALL SELECT m.source_record_id, m.dose_key, m.at FROM stock_missed m WHERE m.reason <> 'elsewhere'
    ) t JOIN report r ON r.source_record_id = t.record AND r.dose_key = t.dose
    JOIN submission f ON f.source_record_id = r.source_record_id AND f.revision = r.revision AND f.received_at = t.at
    WHERE f.account_id IS NULL GROUP BY f.sender_id
) first_taken WHERE submission.sender_id = first_taken.of_sender AND submission.account_id IS NULL
    AND submission.received_at >= first_taken.since;
