-- The $3 pieces of work of a kind that have been due longest, of those that nobody else is doing.
SELECT w.work_number, w.permit_id, w.permit_type, w.permit_set, w.area, stadspoort.register_clock() AS now
FROM stadspoort.due_work w
WHERE w.city = $1 AND w.kind = $2 AND w.due_time <= stadspoort.register_clock()
ORDER BY w.due_time
LIMIT $3
FOR UPDATE SKIP LOCKED
