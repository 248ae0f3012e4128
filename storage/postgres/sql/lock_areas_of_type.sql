-- Locks every area of a permit type, in the order of lock_permit_areas.
SELECT a.permit_type, a.permit_set, a.area, a.held
FROM stadspoort.permit_area a
WHERE a.city = $1 AND a.permit_type = $2
ORDER BY a.permit_type, a.permit_set, a.area
FOR NO KEY UPDATE OF a
