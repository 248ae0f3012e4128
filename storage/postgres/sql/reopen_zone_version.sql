-- The version that was to end where a withdrawn one would have begun ($3) holds on for as long as that one would have ($4), unless its zone
-- was retired at that moment.
UPDATE stadspoort.zone_version v
SET in_force_end = $4
WHERE v.city = $1 AND v.code = $2 AND v.in_force_end = $3 AND NOT v.withdrawn
  AND NOT EXISTS (SELECT FROM stadspoort.zone_change c
    WHERE c.city = v.city AND c.code = v.code AND c.zone_version = v.zone_version AND c.kind = 'RETIRED')
