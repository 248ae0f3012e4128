-- The versions of zones of the city $1[i] that changed after its count of zone changes was $2[i], which is what the reader holds: of one that
-- was withdrawn only the name. All that were not withdrawn, when that is 0 or more than the count (the database was put back). Of a
-- city where that is more than $3 vertices, the rules of a version counting for 50: a row without a code.
WITH asked AS MATERIALIZED (
  SELECT c.city, CASE WHEN known.version <= c.zones_version THEN known.version ELSE 0 END AS since
  FROM unnest($1, $2) AS known (city, version) JOIN stadspoort.city c ON c.city = known.city
), changed AS MATERIALIZED (
  SELECT a.city, a.since, (SELECT coalesce(sum(n.vertex_count + 50), 0) FROM stadspoort.zone_version n
    WHERE n.city = a.city AND n.change_number > a.since) AS vertices
  FROM asked a
)
SELECT a.city, v.code, z.zone_id, z.usage, v.zone_version, v.in_force_start, v.in_force_end, v.display_name, v.withdrawn,
  CASE WHEN NOT v.withdrawn THEN v.regulation END AS regulation, CASE WHEN NOT v.withdrawn THEN v.geometry END AS geometry
FROM changed a
LEFT JOIN stadspoort.zone_version v ON a.vertices <= $3 AND v.city = a.city AND v.change_number > a.since
LEFT JOIN stadspoort.zone z ON z.city = v.city AND z.code = v.code
WHERE a.vertices > 0 AND (a.vertices > $3 OR NOT v.withdrawn OR (v.withdrawn AND a.since > 0))
ORDER BY a.city, v.code, v.zone_version
