INSERT INTO stadspoort.city (city, city_id, display_name, time_zone, languages, look_back_seconds, degraded_limit_seconds,
  end_in_the_past_limit_seconds, open_end_limit_seconds, confidence_threshold, plate_key_id, plate_key_fingerprint, version,
  south_latitude, west_longitude, north_latitude, east_longitude)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $15, $16)
ON CONFLICT (city) DO NOTHING
RETURNING create_time
