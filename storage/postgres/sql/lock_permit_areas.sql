-- Locks areas of permit types, whose places are counted, in one order for all.
SELECT a.permit_type, a.area, a.held
FROM stadspoort.permit_area a
WHERE a.city = $1 AND (a.permit_type, a.area) IN (SELECT t, x FROM unnest($2, $3) AS wanted (t, x))
ORDER BY a.permit_type, a.area
FOR NO KEY UPDATE OF a
