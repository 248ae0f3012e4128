-- Permits of type $2 and set $7 that are not over, without $6: of holder $3, of address $4; how many of them were asked for before it;
-- and whether one waits in area $5.
WITH this AS MATERIALIZED (
  -- One that is not stored yet comes after all others.
  SELECT coalesce((SELECT p.permit_number FROM stadspoort.permit p WHERE p.city = $1 AND p.permit_id = $6), 9223372036854775807) AS number
), of_holder AS MATERIALIZED (
  SELECT count(*) AS n, count(*) FILTER (WHERE p.permit_number < (SELECT this.number FROM this)) AS earlier FROM stadspoort.permit p
  WHERE p.city = $1 AND p.holder = $3 AND p.permit_type = $2 AND p.permit_set = $7 AND p.permit_id <> $6
    AND NOT stadspoort.permit_is_over(p.state)
), of_address AS MATERIALIZED (
  SELECT count(*) AS n, count(*) FILTER (WHERE p.permit_number < (SELECT this.number FROM this)) AS earlier FROM stadspoort.permit p
  WHERE p.city = $1 AND p.permit_type = $2 AND p.address = $4 AND p.address <> '' AND p.permit_set = $7 AND p.permit_id <> $6
    AND NOT stadspoort.permit_is_over(p.state)
)
SELECT of_holder.n AS of_holder, of_address.n AS of_address, of_holder.earlier AS earlier_of_holder, of_address.earlier AS earlier_of_address,
  EXISTS (SELECT FROM stadspoort.permit p
   WHERE p.city = $1 AND p.permit_type = $2 AND p.permit_set = $7 AND p.area = $5 AND p.permit_id <> $6 AND p.queue_number IS NOT NULL) AS others_wait,
  stadspoort.register_clock() AS now
FROM of_holder, of_address
