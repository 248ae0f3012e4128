INSERT INTO stadspoort.zone (city, code, zone_id, usage, version) VALUES ($1, $2, $3, $4, 1)
