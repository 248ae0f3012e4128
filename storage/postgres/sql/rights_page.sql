-- Rights after $2 in the order of their ids, of one provider ($3, NULL: any) and one plate ($4, NULL: any), $5 of them.
SELECT stadspoort.register_clock() AS now, r.right_id, r.plate_id, p.number, r.country, r.provider, r.reference, r.right_type,
  t.kind, r.city_wide, r.zones, r.requested_start, r.requested_end, r.effective_start, r.effective_end, r.windows, r.suspensions,
  r.revoke_time, r.plate_active, r.permit_set, r.version, r.revision, r.create_time
FROM stadspoort.access_right r
JOIN stadspoort.plate p ON p.city = r.city AND p.plate_id = r.plate_id
JOIN stadspoort.right_type t ON t.city = r.city AND t.code = r.right_type
WHERE r.city = $1 AND r.right_id > $2 AND ($3 IS NULL OR r.provider = $3) AND ($4 IS NULL OR p.number = $4)
ORDER BY r.right_id
LIMIT $5
