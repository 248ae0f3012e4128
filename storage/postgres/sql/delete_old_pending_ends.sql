-- Ends whose enrolment never came ($2 seconds), a few at a time.
DELETE FROM stadspoort.pending_end p USING (
  SELECT provider, reference FROM stadspoort.pending_end
  WHERE city = $1 AND recorded_time <= stadspoort.register_time() - make_interval(secs => $2::double precision)
  LIMIT 100) old
WHERE p.city = $1 AND p.provider = old.provider AND p.reference = old.reference
