-- Rights that a permit gives, made or changed; each plate's row of the journal. Its plates are locked, and their versions moved on, before.
WITH suspended AS (
  SELECT coalesce(range_agg(tstzrange(s, nullif(e, 'infinity'))), '{}') AS during FROM unnest($12, $13) AS x (s, e)
), put AS (
  INSERT INTO stadspoort.access_right AS a (city, right_id, plate_id, country, provider, reference, request_digest, right_type, city_wide, zones,
    effective_start, effective_end, suspensions, revoke_time, plate_active, version, permit_id, permit_set)
  SELECT $1, r.right_id, r.plate_id, r.country, '@permits', $2::text || '/' || r.right_id, decode(repeat('00', 32), 'hex'), $3,
    r.zones = '', CASE WHEN r.zones = '' THEN '{}' ELSE string_to_array(r.zones, ',') END, r.effective_start, r.effective_end, suspended.during,
    nullif(r.revoke_time, 'infinity'), r.plate_active <> 0, p.version, $2, $18
  FROM unnest($4, $5, $6, $7, $8, $9, $10, $11)
    AS r (right_id, plate_id, country, zones, effective_start, effective_end, revoke_time, plate_active)
  JOIN stadspoort.plate p ON p.city = $1 AND p.plate_id = r.plate_id
  CROSS JOIN suspended
  ON CONFLICT (city, right_id) DO UPDATE SET effective_end = EXCLUDED.effective_end, suspensions = EXCLUDED.suspensions,
    revoke_time = EXCLUDED.revoke_time, version = EXCLUDED.version, revision = a.revision + 1
)
INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor, reason)
SELECT 'PLATE', $1, p.plate_id, p.version, j.state::jsonb, $16, $17
FROM unnest($14, $15) AS j (plate_id, state)
JOIN stadspoort.plate p ON p.city = $1 AND p.plate_id = j.plate_id
