-- Rights that a permit gives which had not ended when the transaction began.
SELECT r.right_id, r.plate_id, r.country, r.right_type, t.kind, r.city_wide, r.zones, r.effective_start, r.effective_end, r.windows,
  r.suspensions, r.revoke_time, r.plate_active, r.permit_set
FROM stadspoort.access_right r
JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
WHERE r.city = $1 AND r.permit_id = $2 AND r.effective_end > stadspoort.register_time()
ORDER BY r.right_id
