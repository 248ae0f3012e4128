-- The settings of these cities, and the versions of everything they rule.
SELECT c.city, c.city_id, c.display_name, c.time_zone, c.languages, c.look_back_seconds, c.degraded_limit_seconds,
  c.end_in_the_past_limit_seconds, c.open_end_limit_seconds, c.confidence_threshold::bigint, c.plate_key_id, c.plate_key_fingerprint,
  c.version, c.zones_version, c.right_types_version, c.create_time, k.version AS calendar_version,
  ARRAY(SELECT l.permit_set FROM stadspoort.live_permit_set l WHERE l.city = c.city ORDER BY l.permit_set, l.live_start) AS live_sets,
  ARRAY(SELECT l.live_start FROM stadspoort.live_permit_set l WHERE l.city = c.city ORDER BY l.permit_set, l.live_start) AS live_starts,
  ARRAY(SELECT l.live_end FROM stadspoort.live_permit_set l WHERE l.city = c.city ORDER BY l.permit_set, l.live_start) AS live_ends
FROM stadspoort.city c JOIN stadspoort.calendar k ON k.city = c.city
WHERE c.city = ANY ($1)
