-- The text of near misses, for callers who may see plates.
SELECT p.plate_id, p.number FROM stadspoort.plate p WHERE p.city = $1 AND p.plate_id = ANY ($2)
