-- A mark in the write-ahead log that means nothing. A COMMIT that wrote nothing does not wait for the synchronous standby; with this
-- it does, and so for everything that was visible before it.
SELECT pg_logical_emit_message(true, 'stadspoort', '')::text AS position
