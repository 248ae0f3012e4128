-- Changes after ($2, $3, $4), $5 of them.
SELECT z.change_number, z.code, z.zone_version, z.kind, z.effective_time, z.recorded_time
FROM stadspoort.zone_change z
WHERE z.city = $1 AND (z.change_number, z.code, z.zone_version) > ($2, $3, $4)
ORDER BY z.change_number, z.code, z.zone_version
LIMIT $5
