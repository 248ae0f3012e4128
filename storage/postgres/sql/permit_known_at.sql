-- A permit as the register knew it at $3.
SELECT e.document, e.revision, p.permit_type, p.permit_set, p.holder, p.create_time
FROM stadspoort.permit_event e JOIN stadspoort.permit p ON p.city = e.city AND p.permit_id = e.permit_id
WHERE e.city = $1 AND e.permit_id = $2 AND e.recorded_time <= $3
ORDER BY e.event_number DESC
LIMIT 1
