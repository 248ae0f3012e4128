-- Permits of type $2 and set $7 that are not over, without $6: of holder $3, of address $4; and whether one waits in area $5.
SELECT
  (SELECT count(*) FROM stadspoort.permit p
   WHERE p.city = $1 AND p.holder = $3 AND p.permit_type = $2 AND p.permit_set = $7 AND p.permit_id <> $6
     AND NOT stadspoort.permit_is_over(p.state)) AS of_holder,
  (SELECT count(*) FROM stadspoort.permit p
   WHERE p.city = $1 AND p.permit_type = $2 AND p.address = $4 AND p.address <> '' AND p.permit_set = $7 AND p.permit_id <> $6
     AND NOT stadspoort.permit_is_over(p.state)) AS of_address,
  EXISTS (SELECT FROM stadspoort.permit p
   WHERE p.city = $1 AND p.permit_type = $2 AND p.permit_set = $7 AND p.area = $5 AND p.permit_id <> $6 AND p.queue_number IS NOT NULL) AS others_wait,
  stadspoort.register_clock() AS now
