-- No row: there is one with this code already.
INSERT INTO stadspoort.permit_set (city, code, series, display_name) VALUES ($1, $2, $3, $4)
ON CONFLICT (city, code) DO NOTHING
RETURNING permit_set, create_time
