-- Zones of which there is a change after ($2, $3, $4).
SELECT DISTINCT z.code FROM stadspoort.zone_change z
WHERE z.city = $1 AND (z.change_number, z.code, z.zone_version) > ($2, $3, $4)
