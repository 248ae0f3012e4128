-- Areas of a type in which a permit is, or waits for one, that is not over.
SELECT DISTINCT a.area FROM stadspoort.permit_area a
WHERE a.city = $1 AND a.permit_type = $2 AND EXISTS (
  SELECT FROM stadspoort.permit p
  WHERE p.city = a.city AND p.permit_type = a.permit_type AND p.permit_set = a.permit_set AND p.area = a.area AND NOT stadspoort.permit_is_over(p.state))
ORDER BY 1
