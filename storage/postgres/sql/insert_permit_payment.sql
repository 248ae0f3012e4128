-- No row: the reference was used.
INSERT INTO stadspoort.permit_payment (city, reference, permit_id, amount_cents) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING permit_id
