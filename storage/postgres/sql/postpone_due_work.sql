-- What could not be done now is tried again $3 seconds from now, and does not stand in the way of the rest.
UPDATE stadspoort.due_work SET due_time = stadspoort.register_clock() + make_interval(secs => $3::double precision)
WHERE city = $1 AND work_number = ANY ($2)
