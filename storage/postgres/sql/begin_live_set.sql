INSERT INTO stadspoort.live_permit_set (city, series, permit_set, live_start) VALUES ($1, $2, $3, $4)
