UPDATE stadspoort.city SET display_name = $2, languages = $3, look_back_seconds = $4, degraded_limit_seconds = $5,
  end_in_the_past_limit_seconds = $6, open_end_limit_seconds = $7, confidence_threshold = $8, south_latitude = $9, west_longitude = $10, north_latitude = $11, east_longitude = $12
WHERE city = $1
