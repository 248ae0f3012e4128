-- For the comparison of memory with the register: the next $3 groups of plates that read alike after ($1, $2), with their rights that
-- end after now less the city's look-back and the longest grace.
SELECT a.city, p.plate_id, p.folded_pseudonym, p.pseudonym, p.version, r.right_id, r.country, r.right_type, t.kind, r.city_wide,
  r.zones, r.effective_start, r.effective_end, r.windows, r.suspensions, r.revoke_time, r.plate_active, r.permit_set
FROM (
  SELECT DISTINCT n.city, n.folded_pseudonym FROM stadspoort.plate n
  WHERE (n.city, n.folded_pseudonym) > ($1, $2)
  ORDER BY n.city, n.folded_pseudonym
  LIMIT $3) a
JOIN stadspoort.city c ON c.city = a.city
JOIN stadspoort.plate p ON p.city = a.city AND p.folded_pseudonym = a.folded_pseudonym
LEFT JOIN stadspoort.access_right r ON r.city = p.city AND r.plate_id = p.plate_id
  AND r.effective_end > stadspoort.register_time() - make_interval(secs => c.look_back_seconds::double precision) - interval '99 minutes'
LEFT JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
ORDER BY a.city, a.folded_pseudonym
