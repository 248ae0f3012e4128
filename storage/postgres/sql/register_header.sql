-- Where the register stands: the first statement of a read, so that the snapshot is taken here. now() was read before it, the other
-- clock after it.
SELECT pg_current_snapshot()::text AS snapshot, now() AS now, clock_timestamp() AS clock, stadspoort.register_time() AS register_time,
  stadspoort.lineage() AS lineage,
  row_security_active('stadspoort.journal') OR row_security_active('stadspoort.plate') AS filtered,
  (SELECT max(number) FROM stadspoort.schema_migration) AS schema_number,
  p.epoch, p.lineage AS epoch_lineage, p.term, p.lease, p.snapshot::text AS stored_snapshot, p.generation, p.tick,
  coalesce(p.applied::text, '') AS applied
FROM stadspoort.projection p
ORDER BY p.n DESC
LIMIT 1
