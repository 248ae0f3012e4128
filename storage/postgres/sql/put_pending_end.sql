-- Repeating an end keeps the first one, unless that is older than is kept ($5 seconds).
INSERT INTO stadspoort.pending_end AS p (city, provider, reference, end_time) VALUES ($1, $2, $3, $4)
ON CONFLICT (city, provider, reference) DO UPDATE SET (end_time, recorded_time) = (
  SELECT CASE WHEN fresh THEN p.end_time ELSE excluded.end_time END,
         CASE WHEN fresh THEN p.recorded_time ELSE excluded.recorded_time END
  FROM (SELECT p.recorded_time > stadspoort.register_time() - make_interval(secs => $5::double precision) AS fresh) AS age)
RETURNING end_time, recorded_time
