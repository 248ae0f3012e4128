-- The drafts of these zones, locked: what is judged is what is published.
SELECT code, usage, display_name, regulation, geometry, vertex_count::bigint, base_zone_version, validated, revision, update_time
FROM stadspoort.zone_draft
WHERE city = $1 AND code = ANY ($2)
ORDER BY code
FOR UPDATE
