-- Permits of one holder after $3, of type $4 (NULL: any), $5 of them.
SELECT p.permit_id, p.permit_type, p.permit_set, p.holder, p.address, p.area, p.document, p.revision, p.create_time, p.due_time,
  CASE WHEN p.queue_number IS NOT NULL THEN (
    SELECT count(*) FROM stadspoort.permit q
    WHERE q.city = p.city AND q.permit_type = p.permit_type AND q.permit_set = p.permit_set AND q.area = p.area AND q.queue_number <= p.queue_number) END AS queue_position
FROM stadspoort.permit p
WHERE p.city = $1 AND p.holder = $2 AND p.permit_id > $3 AND ($4 IS NULL OR p.permit_type = $4)
ORDER BY p.permit_id
LIMIT $5
