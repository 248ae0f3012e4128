-- Each of these zones: its subject version, the number of its newest version, and the newest that was not withdrawn.
SELECT z.code, z.zone_id, z.usage, z.version, newest.zone_version AS last_number, v.zone_version, v.in_force_start, v.in_force_end
FROM stadspoort.zone z
JOIN LATERAL (
  SELECT n.zone_version FROM stadspoort.zone_version n WHERE n.city = z.city AND n.code = z.code
  ORDER BY n.zone_version DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (
  SELECT n.zone_version, n.in_force_start, n.in_force_end FROM stadspoort.zone_version n
  WHERE n.city = z.city AND n.code = z.code AND NOT n.withdrawn
  ORDER BY n.in_force_start DESC LIMIT 1) v ON true
WHERE z.city = $1 AND z.code = ANY ($2)
ORDER BY z.code
