-- What an enrolment is judged by: the city, and the right type if it exists.
SELECT stadspoort.register_time() AS now, (SELECT max(number) FROM stadspoort.schema_migration) AS schema_number, c.time_zone, c.look_back_seconds, c.degraded_limit_seconds,
  c.end_in_the_past_limit_seconds, c.open_end_limit_seconds, c.plate_key_id, c.plate_key_fingerprint,
  t.kind, t.backdate_form, t.backdate_seconds, c.zones_version, k.version AS calendar_version,
  (SELECT p.epoch FROM stadspoort.projection p ORDER BY p.n DESC LIMIT 1) AS epoch
FROM stadspoort.city c JOIN stadspoort.calendar k ON k.city = c.city LEFT JOIN stadspoort.right_type t ON t.city = c.city AND t.code = $2
WHERE c.city = $1
