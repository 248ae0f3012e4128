-- Where the events of now begin, and the epoch in which transactions are counted.
SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin, (SELECT p.epoch FROM stadspoort.projection p ORDER BY p.n DESC LIMIT 1) AS epoch,
  stadspoort.register_clock() AS now
