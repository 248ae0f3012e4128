SELECT p.number, p.plate_id FROM stadspoort.plate p WHERE p.city = $1 AND p.number = ANY ($2)
