-- The last change of the city's zones.
SELECT z.change_number, z.code, z.zone_version, z.kind, z.effective_time, z.recorded_time
FROM stadspoort.zone_change z
WHERE z.city = $1
ORDER BY z.change_number DESC, z.code DESC, z.zone_version DESC
LIMIT 1
