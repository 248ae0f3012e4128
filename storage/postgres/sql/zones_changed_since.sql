-- Zones of which there is a change after ($2, $3, $4), or a version that takes or loses force in ($5, $6].
SELECT z.code FROM stadspoort.zone_change z
WHERE z.city = $1 AND (z.change_number, z.code, z.zone_version) > ($2, $3, $4)
UNION
SELECT v.code FROM stadspoort.zone_version v
WHERE v.city = $1 AND ((v.in_force_start > $5 AND v.in_force_start <= $6) OR (v.in_force_end > $5 AND v.in_force_end <= $6 AND v.in_force_end < 'infinity'))
