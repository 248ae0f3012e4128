-- What happened after ($2, $3), and since $4, in transactions that are over and before all that are not; $5 of it.
SELECT e.xid, e.event_number, e.permit_id, e.kind, e.state, e.effective_time, e.revision, e.actor, e.reason, e.recorded_time, p.holder
FROM stadspoort.permit_event e JOIN stadspoort.permit p ON p.city = e.city AND p.permit_id = e.permit_id
WHERE e.city = $1 AND (e.xid, e.event_number) > ($2::text::xid8, $3) AND e.xid < pg_snapshot_xmin(pg_current_snapshot()) AND e.recorded_time >= $4
ORDER BY e.xid, e.event_number
LIMIT $5
