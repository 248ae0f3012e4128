-- Every version of every zone of the city $1[i], unless the reader holds their version $2[i] already.
SELECT z.city, z.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.regulation, v.geometry
FROM unnest($1, $2) AS known (city, version)
JOIN stadspoort.city c ON c.city = known.city AND c.zones_version <> known.version
JOIN stadspoort.zone z ON z.city = c.city
JOIN stadspoort.zone_version v ON v.city = z.city AND v.code = z.code
ORDER BY z.city, z.code, v.zone_version
