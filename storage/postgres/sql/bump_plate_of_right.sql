-- Locks the plate of a right and gives its next version.
UPDATE stadspoort.plate p SET version = p.version + 1
FROM stadspoort.access_right r
WHERE r.city = $1 AND r.right_id = $2 AND p.city = r.city AND p.plate_id = r.plate_id
RETURNING p.plate_id, p.version
