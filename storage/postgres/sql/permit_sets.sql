-- Sets of series $2, with code $3, with these numbers $4 (each NULL: any), by series and code; and when each is live: now, else next, else last.
SELECT s.permit_set, s.code, s.series, s.display_name, s.create_time, l.live_start, l.live_end, stadspoort.register_clock() AS now
FROM stadspoort.permit_set s
LEFT JOIN LATERAL (
  SELECT x.live_start, x.live_end FROM stadspoort.live_permit_set x
  WHERE x.city = s.city AND x.series = s.series AND x.permit_set = s.permit_set
  ORDER BY (x.live_end > stadspoort.register_clock()) DESC,
    CASE WHEN x.live_end > stadspoort.register_clock() THEN x.live_start END,
    x.live_start DESC
  LIMIT 1) l ON true
WHERE s.city = $1 AND ($2 IS NULL OR s.series = $2) AND ($3 IS NULL OR s.code = $3) AND ($4 IS NULL OR s.permit_set = ANY ($4))
ORDER BY s.series, s.code
LIMIT 1000
