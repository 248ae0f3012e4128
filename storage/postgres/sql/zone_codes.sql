-- Which of these codes are zones of the city.
SELECT z.code FROM stadspoort.zone z
WHERE z.city = $1 AND z.code = ANY ($2)
  AND EXISTS (SELECT FROM stadspoort.zone_version v WHERE v.city = z.city AND v.code = z.code AND NOT v.withdrawn)
