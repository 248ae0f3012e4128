-- One zone in the version in force at $3 (NULL: now).
SELECT z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation, v.geometry,
  v.vertex_count::bigint
FROM stadspoort.zone z JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE z.city = $1 AND z.code = $2 AND NOT v.withdrawn
  AND v.in_force_start <= coalesce($3, stadspoort.register_time()) AND coalesce($3, stadspoort.register_time()) < v.in_force_end
