-- The settings of these cities, and the versions of everything they rule.
SELECT c.city, c.city_id, c.display_name, c.time_zone, c.languages, c.look_back_seconds, c.degraded_limit_seconds,
  c.end_in_the_past_limit_seconds, c.open_end_limit_seconds, c.confidence_threshold::bigint, c.plate_key_id, c.plate_key_fingerprint,
  c.version, c.zones_version, c.right_types_version, c.create_time, k.version AS calendar_version
FROM stadspoort.city c JOIN stadspoort.calendar k ON k.city = c.city
WHERE c.city = ANY ($1)
