-- Locks the calendar and gives its next version.
UPDATE stadspoort.calendar k SET version = k.version + 1 FROM stadspoort.city c
WHERE k.city = $1 AND c.city = k.city
RETURNING c.city_id, k.version
