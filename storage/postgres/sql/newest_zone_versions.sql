-- What an import is compared with: each zone's newest version that was not withdrawn.
SELECT z.code, z.zone_id, z.usage, z.version, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation,
  v.geometry
FROM stadspoort.zone z
JOIN LATERAL (
  SELECT n.* FROM stadspoort.zone_version n WHERE n.city = z.city AND n.code = z.code AND NOT n.withdrawn
  ORDER BY n.zone_version DESC LIMIT 1) v ON true
WHERE z.city = $1
ORDER BY z.code
