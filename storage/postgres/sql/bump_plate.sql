-- Locks a plate and gives its next version.
UPDATE stadspoort.plate SET version = version + 1 WHERE city = $1 AND plate_id = $2
RETURNING version
