-- A new projector's term. The rest of the state stays.
INSERT INTO stadspoort.projection (n, epoch, lineage, term, lease, snapshot, generation, tick, applied)
SELECT n + 1, epoch, lineage, term + 1, lease, snapshot, generation, tick, applied
FROM stadspoort.projection ORDER BY n DESC LIMIT 1
