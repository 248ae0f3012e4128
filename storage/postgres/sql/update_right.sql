-- Everything of a right that can change. $14 is NULL, 'SUSPEND' or 'RESUME', at $15.
UPDATE stadspoort.access_right SET plate_id = $3, country = $4, right_type = $5, city_wide = $6, zones = $7, requested_end = $8,
  effective_start = $9, effective_end = $10, windows = $11::bigint[]::integer[], revoke_time = $12, version = $13,
  revision = revision + 1,
  suspensions = CASE $14
    WHEN 'SUSPEND' THEN suspensions + tstzmultirange(tstzrange($15, NULL))
    WHEN 'RESUME' THEN suspensions * tstzmultirange(tstzrange(NULL, $15))
    ELSE suspensions END
WHERE city = $1 AND right_id = $2
