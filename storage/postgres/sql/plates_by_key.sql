-- Every plate of the city $1[i] with the folded pseudonym $2[i], and its rights that end after $3[i] (or now, if earlier) less the city's
-- look-back and the longest grace. A plate without such rights still gives a row: its version is part of the answer's basis.
WITH asked AS MATERIALIZED (
  SELECT a.city, a.folded_pseudonym, a.oldest FROM unnest($1, $2, $3) AS a (city, folded_pseudonym, oldest)
), cities AS MATERIALIZED ( -- each looked up once: behind an old transaction a city's row has thousands of versions
  SELECT c.city, c.look_back_seconds FROM (SELECT DISTINCT city FROM asked) a JOIN stadspoort.city c ON c.city = a.city
)
SELECT a.city, p.plate_id, p.folded_pseudonym, p.pseudonym, p.version, r.right_id, r.country, r.right_type, t.kind, r.city_wide,
  r.zones, r.effective_start, r.effective_end, r.windows, r.suspensions, r.revoke_time, r.plate_active, r.permit_set
FROM asked a
JOIN cities c ON c.city = a.city
JOIN stadspoort.plate p ON p.city = a.city AND p.folded_pseudonym = a.folded_pseudonym
LEFT JOIN stadspoort.access_right r ON r.city = p.city AND r.plate_id = p.plate_id
  AND r.effective_end > least(a.oldest, stadspoort.register_time())
    - make_interval(secs => c.look_back_seconds::double precision) - interval '99 minutes'
LEFT JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
