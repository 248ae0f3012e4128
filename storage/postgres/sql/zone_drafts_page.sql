-- Drafts of zones whose code sorts after $2, $3 of them. Without $4 regulation and geometry stay away.
SELECT code, usage, display_name, CASE WHEN $4 THEN regulation END AS regulation, CASE WHEN $4 THEN geometry END AS geometry,
  vertex_count::bigint, base_zone_version, validated, revision, update_time
FROM stadspoort.zone_draft
WHERE city = $1 AND code > $2
ORDER BY code
LIMIT $3
