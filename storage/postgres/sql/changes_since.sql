-- Every subject with a journal row that is visible now and was not visible in the snapshot $1, at most $2 of them. A plate with
-- everything that reads alike and its rights that end after now less the city's look-back and the longest grace; anything else as
-- the name of its city.
WITH subjects AS MATERIALIZED (
  SELECT j.kind, j.city, j.subject FROM stadspoort.journal j
  WHERE j.xid >= pg_snapshot_xmax($1::pg_snapshot)
  UNION
  SELECT j.kind, j.city, j.subject FROM stadspoort.journal j
  WHERE j.xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))
    AND j.xid >= pg_snapshot_xmin($1::pg_snapshot) AND j.xid < pg_snapshot_xmax($1::pg_snapshot)
  LIMIT $2
), alike AS (
  SELECT DISTINCT p.city, p.folded_pseudonym
  FROM subjects s JOIN stadspoort.plate p ON p.city = s.city AND p.plate_id = s.subject
  WHERE s.kind = 'PLATE'
)
SELECT (SELECT count(*) FROM subjects) AS subject_count, a.city, p.plate_id, p.folded_pseudonym, p.pseudonym, p.version, r.right_id,
  r.country, r.right_type, t.kind, r.city_wide, r.zones, r.effective_start, r.effective_end, r.windows, r.suspensions,
  r.revoke_time, r.plate_active, c.look_back_seconds
FROM alike a
JOIN stadspoort.city c ON c.city = a.city
JOIN stadspoort.plate p ON p.city = a.city AND p.folded_pseudonym = a.folded_pseudonym
LEFT JOIN stadspoort.access_right r ON r.city = p.city AND r.plate_id = p.plate_id
  AND r.effective_end > stadspoort.register_time() - make_interval(secs => c.look_back_seconds::double precision) - interval '99 minutes'
LEFT JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
UNION ALL
SELECT (SELECT count(*) FROM subjects), other.city, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL
FROM (SELECT DISTINCT s.city FROM subjects s WHERE s.kind <> 'PLATE') other
