-- Locks a zone and gives its next version.
UPDATE stadspoort.zone SET version = version + 1 WHERE city = $1 AND code = $2
RETURNING version
