-- The set of a series that is live at $3 is so no longer than until $4.
UPDATE stadspoort.live_permit_set SET live_end = $4
WHERE city = $1 AND series = $2 AND live_start <= $3 AND live_end > $3
