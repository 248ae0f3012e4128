-- One permit, locked for change.
SELECT p.permit_id, p.permit_type, p.permit_set, p.holder, p.address, p.area, p.document, p.revision, p.create_time, p.due_time, NULL::bigint AS queue_position
FROM stadspoort.permit p
WHERE p.city = $1 AND p.permit_id = $2
FOR UPDATE OF p
