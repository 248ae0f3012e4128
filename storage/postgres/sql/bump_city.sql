-- Locks the city's settings and gives their next version.
UPDATE stadspoort.city SET version = version + 1 WHERE city = $1
RETURNING city_id, version
