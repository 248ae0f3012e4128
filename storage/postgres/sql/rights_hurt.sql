-- Rights of the type $4[i] that name the zone $3[i], and hold at some moment of [$5[i], $6[i]): how many under each place $2[i] and type,
-- from when on, and the first ten. Rights that name the place, or the whole city, count where $3[i] is the place itself. $7: the
-- earliest of $5.
WITH asked AS (
  SELECT * FROM unnest($2, $3, $4, $5, $6) AS a (place, zone, right_type, first, last)
), hit AS (
  SELECT a.place, a.right_type, r.right_id, a.first
  FROM stadspoort.access_right r
  CROSS JOIN LATERAL unnest(r.zones) AS named (zone)
  JOIN asked a ON a.zone = named.zone AND a.right_type = r.right_type AND (a.zone = a.place OR a.place <> ALL (r.zones))
  WHERE r.city = $1 AND r.effective_end > $7 AND r.effective_start < a.last AND r.effective_end > a.first
    AND (r.revoke_time IS NULL OR r.revoke_time > a.first)
  UNION ALL
  SELECT a.place, a.right_type, r.right_id, a.first
  FROM stadspoort.access_right r
  JOIN asked a ON a.right_type = r.right_type AND a.zone = a.place
  WHERE r.city = $1 AND r.city_wide AND r.effective_end > $7 AND r.effective_start < a.last AND r.effective_end > a.first
    AND (r.revoke_time IS NULL OR r.revoke_time > a.first)
), hurt AS (
  SELECT place, right_type, right_id, min(first) AS first FROM hit GROUP BY place, right_type, right_id
)
SELECT place, right_type, count(*) AS right_count, min(first) AS first_refused, (array_agg(right_id ORDER BY right_id))[1:10] AS sample
FROM hurt
GROUP BY place, right_type
ORDER BY place, right_type
