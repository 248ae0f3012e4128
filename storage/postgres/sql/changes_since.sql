-- Every subject with a journal row that is visible now and was not visible in the snapshot $1. When that are $2 subjects or more, or
-- $3 rows of the journal: one row that says so, with a count of $2, so that a delta after a long absence costs little. A plate with everything
-- that reads alike and its rights that end after now less the city's look-back and the longest grace; anything else as the name of
-- its city. Contracts are left out: no answer depends on them.
WITH later AS MATERIALIZED (
  SELECT j.kind, j.city, j.subject FROM stadspoort.journal j
  WHERE j.xid >= pg_snapshot_xmax($1::pg_snapshot)
  LIMIT $3
), unseen AS MATERIALIZED (
  SELECT j.kind, j.city, j.subject FROM stadspoort.journal j
  WHERE j.xid = ANY (ARRAY(SELECT pg_snapshot_xip($1::pg_snapshot)))
    AND j.xid >= pg_snapshot_xmin($1::pg_snapshot) AND j.xid < pg_snapshot_xmax($1::pg_snapshot)
  LIMIT $3
), subjects AS MATERIALIZED (
  SELECT kind, city, subject FROM later WHERE kind <> 'CONTRACT'
  UNION SELECT kind, city, subject FROM unseen WHERE kind <> 'CONTRACT'
  LIMIT $2
), size AS MATERIALIZED (
  SELECT CASE WHEN (SELECT count(*) FROM later) = $3 OR (SELECT count(*) FROM unseen) = $3 THEN $2
    ELSE (SELECT count(*) FROM subjects) END AS subjects
), alike AS (
  SELECT DISTINCT p.city, p.folded_pseudonym
  FROM subjects s JOIN stadspoort.plate p ON p.city = s.city AND p.plate_id = s.subject
  WHERE s.kind = 'PLATE' AND (SELECT subjects FROM size) < $2
), cities AS MATERIALIZED ( -- each looked up once: behind an old transaction a city's row has thousands of versions
  SELECT c.city, c.look_back_seconds FROM (SELECT DISTINCT city FROM alike) a JOIN stadspoort.city c ON c.city = a.city
)
SELECT (SELECT subjects FROM size) AS subject_count, a.city, p.plate_id, p.folded_pseudonym, p.pseudonym, p.version, r.right_id,
  r.country, r.right_type, t.kind, r.city_wide, r.zones, r.effective_start, r.effective_end, r.windows, r.suspensions,
  r.revoke_time, r.plate_active, r.permit_set, c.look_back_seconds
FROM alike a
JOIN cities c ON c.city = a.city
JOIN stadspoort.plate p ON p.city = a.city AND p.folded_pseudonym = a.folded_pseudonym
LEFT JOIN stadspoort.access_right r ON r.city = p.city AND r.plate_id = p.plate_id
  AND r.effective_end > stadspoort.register_time() - make_interval(secs => c.look_back_seconds::double precision) - interval '99 minutes'
LEFT JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
UNION ALL
SELECT (SELECT subjects FROM size), other.city, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
  NULL, NULL, NULL, NULL
FROM (SELECT DISTINCT s.city FROM subjects s WHERE s.kind <> 'PLATE' AND (SELECT subjects FROM size) < $2) other
UNION ALL
SELECT size.subjects, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM size WHERE size.subjects >= $2
