-- When the change that a cursor names was recorded.
SELECT recorded_time FROM stadspoort.zone_change WHERE city = $1 AND change_number = $2 AND code = $3 AND zone_version = $4
