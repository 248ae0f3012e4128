-- Permits after $2 in the order in which they were asked for: of holder $3, of type $4, with a right of plate $5 that has not ended (each NULL:
-- any); $6 of them.
SELECT p.permit_id, p.permit_type, p.permit_set, p.holder, p.address, p.area, p.document, p.revision, p.create_time, p.due_time,
  CASE WHEN p.queue_number IS NOT NULL THEN (
    SELECT count(*) FROM stadspoort.permit q
    WHERE q.city = p.city AND q.permit_type = p.permit_type AND q.permit_set = p.permit_set AND q.area = p.area AND q.queue_number <= p.queue_number) END AS queue_position
FROM stadspoort.permit p
WHERE p.city = $1 AND p.permit_id > $2 AND ($3 IS NULL OR p.holder = $3) AND ($4 IS NULL OR p.permit_type = $4)
  AND ($5 IS NULL OR p.permit_id IN (
    SELECT r.permit_id FROM stadspoort.plate l
    JOIN stadspoort.access_right r ON r.city = l.city AND r.plate_id = l.plate_id
    WHERE l.city = $1 AND l.number = $5 AND r.permit_id IS NOT NULL AND r.effective_end > stadspoort.register_time()
      AND r.effective_end > r.effective_start))
ORDER BY p.permit_id
LIMIT $6
