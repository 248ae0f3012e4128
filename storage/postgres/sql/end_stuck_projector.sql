-- Ends the session that holds the election's lock when it has been writing to its client for longer than any statement of it may last ($1
-- seconds): its process stands still, on this host, and neither a statement's time-out nor the network's reaches it.
SELECT pg_terminate_backend(a.pid) AS ended
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('stadspoort.projector', 0)
  AND a.usename = current_user AND a.wait_event = 'ClientWrite' AND clock_timestamp() - a.query_start > make_interval(secs => $1)
