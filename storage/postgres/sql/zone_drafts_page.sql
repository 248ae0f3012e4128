-- Drafts of zones whose code sorts after $2, $3 of them, without regulation and geometry.
SELECT code, usage, display_name, NULL::jsonb AS regulation, NULL::jsonb AS geometry,
  vertex_count::bigint, base_zone_version, validated, revision, update_time
FROM stadspoort.zone_draft
WHERE city = $1 AND code > $2
ORDER BY code
LIMIT $3
