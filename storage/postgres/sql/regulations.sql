-- The rules, without outlines, of every version of these zones that holds or held.
SELECT z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation
FROM stadspoort.zone z JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE z.city = $1 AND z.code = ANY ($2) AND NOT v.withdrawn
ORDER BY z.code, v.in_force_start
