-- The plate's subject row, made if need be, locked, moved to its next version; the right; its journal row. One statement: it reads
-- nothing that another writer of this plate may be changing.
WITH plate AS (
  INSERT INTO stadspoort.plate AS p (city, plate_id, number, pseudonym, folded_pseudonym, key_id, version)
  VALUES ($1, $2, $3, $4, $5, $6, 1)
  ON CONFLICT (city, number) DO UPDATE SET version = p.version + 1
  RETURNING plate_id, version
), enrolled AS (
  INSERT INTO stadspoort.access_right (city, right_id, plate_id, country, provider, reference, request_digest, right_type, city_wide,
    zones, requested_start, requested_end, effective_start, effective_end, windows, version)
  SELECT $1, $7, plate_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19::bigint[]::integer[], version FROM plate
  RETURNING plate_id, version, create_time
), journalled AS (
  INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor)
  SELECT 'PLATE', $1, plate_id, version, $20, $21 FROM plate
)
SELECT plate_id, version, create_time FROM enrolled
