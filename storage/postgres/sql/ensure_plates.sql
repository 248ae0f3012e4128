-- Plates' subject rows, made if need be, neither locked nor moved on. In one order for all.
INSERT INTO stadspoort.plate (city, plate_id, number, pseudonym, folded_pseudonym, key_id, version)
SELECT $1, plate_id, number, pseudonym, folded_pseudonym, $6, 1
FROM unnest($2, $3, $4, $5) AS p (plate_id, number, pseudonym, folded_pseudonym)
ORDER BY number
ON CONFLICT (city, number) DO NOTHING
