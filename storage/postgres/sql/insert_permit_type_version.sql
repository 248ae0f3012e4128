INSERT INTO stadspoort.permit_type_version (city, code, version, rules, actor, reason) VALUES ($1, $2, $3, $4, $5, $6)
RETURNING recorded_time
