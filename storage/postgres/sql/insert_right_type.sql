INSERT INTO stadspoort.right_type (city, code, right_type_id, display_name, kind, backdate_form, backdate_seconds, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
ON CONFLICT (city, code) DO NOTHING
RETURNING version
