-- No row: there is one with this code already.
INSERT INTO stadspoort.permit_type (city, code, right_type, version) VALUES ($1, $2, $3, 1)
ON CONFLICT DO NOTHING
RETURNING version
