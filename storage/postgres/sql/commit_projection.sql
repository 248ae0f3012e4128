-- The next state, if the term is still $3. No row, or a duplicate n: another projector has taken over.
INSERT INTO stadspoort.projection (n, epoch, lineage, term, lease, snapshot, generation, tick, applied)
SELECT last.n + 1, $1, $2, $3, $4, $5::pg_snapshot, $6, $7, nullif($8, '')::pg_snapshot
FROM (SELECT n, term FROM stadspoort.projection ORDER BY n DESC LIMIT 1) last
WHERE last.term = $3
RETURNING now() AS now
