-- Every plate with a right that ends after now less its city's look-back and the longest grace, with those rights; plates that read
-- alike follow each other. $1: these cities only; NULL: all.
DECLARE plates NO SCROLL CURSOR FOR
SELECT p.city, p.plate_id, p.folded_pseudonym, p.pseudonym, p.version, r.right_id, r.country, r.right_type, t.kind, r.city_wide,
  r.zones, r.effective_start, r.effective_end, r.windows, r.suspensions, r.revoke_time, r.plate_active, r.permit_set
FROM stadspoort.city c
JOIN stadspoort.access_right r ON r.city = c.city
  AND r.effective_end > stadspoort.register_time() - make_interval(secs => c.look_back_seconds::double precision) - interval '99 minutes'
JOIN stadspoort.plate p ON p.city = r.city AND p.plate_id = r.plate_id
JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
WHERE $1 IS NULL OR c.city = ANY ($1)
ORDER BY p.city, p.folded_pseudonym
