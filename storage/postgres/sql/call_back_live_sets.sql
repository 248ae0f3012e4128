-- What was planned for a series after $3, or began at $4, does not happen.
DELETE FROM stadspoort.live_permit_set WHERE city = $1 AND series = $2 AND (live_start > $3 OR live_start >= $4)
