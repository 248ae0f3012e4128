-- What a provider's enrolment is judged by: its contracts, without those that ended more than $3 seconds ago, which no right may reach
-- back to.
SELECT right_types, zones, in_force_start, in_force_end FROM stadspoort.contract
WHERE city = $1 AND provider = $2 AND in_force_end > stadspoort.register_time() - make_interval(secs => $3::double precision)
