-- Those of the permits that nobody is changing, locked in one order for all.
SELECT p.permit_id, p.permit_type, p.permit_set, p.holder, p.address, p.area, p.document, p.revision, p.create_time, p.due_time, NULL::bigint AS queue_position
FROM stadspoort.permit p
WHERE p.city = $1 AND p.permit_id = ANY ($2)
ORDER BY p.permit_id
FOR UPDATE OF p SKIP LOCKED
