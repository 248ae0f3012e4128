SELECT code, usage, display_name, regulation, geometry, vertex_count::bigint, base_zone_version, validated, revision, update_time
FROM stadspoort.zone_draft
WHERE city = $1 AND code = $2
