-- Every version of the zone $2 before the version $3, the newest first, $4 of them. Without $5 regulation and geometry stay away.
-- Who has just ended a version reads it, too: its end lies after the beginning of the transaction.
SELECT z.code, z.zone_id, z.usage, z.version, v.zone_version, v.in_force_start, v.in_force_end, v.display_name,
  CASE WHEN $5 THEN v.regulation END AS regulation, CASE WHEN $5 THEN v.geometry END AS geometry, v.vertex_count::bigint,
  v.withdrawn, stadspoort.register_clock() AS now,
  EXISTS (SELECT FROM stadspoort.zone_change c
    WHERE c.city = v.city AND c.code = v.code AND c.zone_version = v.zone_version AND c.kind = 'RETIRED') AS retired
FROM stadspoort.zone z JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE z.city = $1 AND z.code = $2 AND v.zone_version < $3
ORDER BY v.zone_version DESC
LIMIT $4
