-- How many completions a system outside reported within an hour is counted.
CREATE INDEX IF NOT EXISTS reported_completion_at ON reported_completion (sender_id, reported_at);
