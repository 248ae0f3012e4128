-- Who looked into a plate's history, and why; a plate that the register does not know leaves nothing.
INSERT INTO stadspoort.plate_lookup (city, plate_id, actor, purpose)
SELECT $1, p.plate_id, $3, $4 FROM stadspoort.plate p WHERE p.city = $1 AND p.number = $2
