INSERT INTO stadspoort.contract (city, code, contract_id, display_name, provider, right_types, zones, in_force_start, in_force_end,
  request_digest, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
