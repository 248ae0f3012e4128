-- The present version of a permit type, and those numbered in $3.
SELECT t.code, v.version, t.version AS present, v.rules, v.recorded_time
FROM stadspoort.permit_type t
JOIN stadspoort.permit_type_version v ON v.city = t.city AND v.code = t.code AND (v.version = t.version OR v.version = ANY ($3))
WHERE t.city = $1 AND t.code = $2
ORDER BY v.version
