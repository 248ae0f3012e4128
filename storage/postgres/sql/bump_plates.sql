-- Locks plates in ascending order and gives them their next versions, in a statement of its own.
WITH locked AS (
  SELECT p.plate_id FROM stadspoort.plate p WHERE p.city = $1 AND p.plate_id = ANY ($2) ORDER BY p.plate_id FOR UPDATE
)
UPDATE stadspoort.plate p SET version = p.version + 1 FROM locked WHERE p.city = $1 AND p.plate_id = locked.plate_id
