-- Changes of a plate's rights after version $3, as the register knew them at $4, $5 of them.
SELECT j.version, j.state, j.actor, j.reason, j.recorded_time
FROM stadspoort.plate p
JOIN stadspoort.journal j ON j.city = p.city AND j.kind = 'PLATE' AND j.subject = p.plate_id AND j.version > $3 AND j.recorded_time <= $4
WHERE p.city = $1 AND p.number = $2
ORDER BY j.version
LIMIT $5
