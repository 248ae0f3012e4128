-- What happened to a permit after revision $3, as the register knew it at $4, $5 of it.
SELECT e.permit_id, e.kind, e.state, e.effective_time, e.revision, e.actor, e.reason, e.recorded_time
FROM stadspoort.permit_event e
WHERE e.city = $1 AND e.permit_id = $2 AND e.revision > $3 AND e.recorded_time <= $4
ORDER BY e.event_number
LIMIT $5
