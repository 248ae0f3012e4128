-- Every version of every zone, unless the reader holds this version of them already.
SELECT z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation, v.geometry
FROM stadspoort.city c
JOIN stadspoort.zone z ON z.city = c.city
JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
WHERE c.city = $1 AND c.zones_version <> $2
ORDER BY z.code, v.zone_version
