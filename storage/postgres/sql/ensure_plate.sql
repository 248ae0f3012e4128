-- The plate's subject row, made if need be, neither locked nor moved on.
INSERT INTO stadspoort.plate (city, plate_id, number, pseudonym, folded_pseudonym, key_id, version)
VALUES ($1, $2, $3, $4, $5, $6, 1)
ON CONFLICT (city, number) DO NOTHING
