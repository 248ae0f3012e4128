-- Locks areas of permit types, whose places are counted, in one order for all.
SELECT a.permit_type, a.permit_set, a.area, a.held
FROM stadspoort.permit_area a
WHERE a.city = $1 AND (a.permit_type, a.permit_set, a.area) IN (SELECT t, s, x FROM unnest($2, $3, $4) AS wanted (t, s, x))
ORDER BY a.permit_type, a.permit_set, a.area
FOR NO KEY UPDATE OF a
