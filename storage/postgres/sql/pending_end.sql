-- An end that came before its enrolment, unless it is older than is kept ($4 seconds).
SELECT end_time FROM stadspoort.pending_end
WHERE city = $1 AND provider = $2 AND reference = $3
  AND recorded_time > stadspoort.register_time() - make_interval(secs => $4::double precision)
