-- Zones in force at $2 (NULL: now) whose code sorts after $3, $4 of them. Without $5 regulation and geometry stay away.
SELECT z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name,
  CASE WHEN $5 THEN v.regulation END AS regulation, CASE WHEN $5 THEN v.geometry END AS geometry, v.vertex_count::bigint
FROM stadspoort.zone z JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE z.city = $1 AND z.code > $3 AND NOT v.withdrawn
  AND v.in_force_start <= coalesce($2, stadspoort.register_time()) AND coalesce($2, stadspoort.register_time()) < v.in_force_end
ORDER BY z.code
LIMIT $4
