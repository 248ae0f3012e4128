-- Requests that nobody sends again any more ($2 seconds), a few at a time.
DELETE FROM stadspoort.request r USING (
  SELECT actor, request_id FROM stadspoort.request
  WHERE city = $1 AND recorded_time <= stadspoort.register_time() - make_interval(secs => $2::double precision)
  LIMIT 100) old
WHERE r.city = $1 AND r.actor = old.actor AND r.request_id = old.request_id
