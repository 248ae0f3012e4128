-- The present versions of permit types whose code sorts after $2, $3 of them.
SELECT t.code, v.version, t.version AS present, v.rules, v.recorded_time
FROM stadspoort.permit_type t
JOIN stadspoort.permit_type_version v ON v.city = t.city AND v.code = t.code AND v.version = t.version
WHERE t.city = $1 AND t.code > $2
ORDER BY t.code
LIMIT $3
