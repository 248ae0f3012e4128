-- Every version that holds at $2 (NULL: now) or later.
SELECT z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation, v.geometry
FROM stadspoort.zone z JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE z.city = $1 AND v.in_force_end > coalesce($2, stadspoort.register_time()) AND NOT v.withdrawn
ORDER BY z.code, v.in_force_start
