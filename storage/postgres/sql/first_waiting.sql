-- Who has waited longest for a place in an area, $4 of them.
SELECT p.permit_id FROM stadspoort.permit p
WHERE p.city = $1 AND p.permit_type = $2 AND p.permit_set = $5 AND p.area = $3 AND p.queue_number IS NOT NULL
ORDER BY p.queue_number
LIMIT $4
