-- Everything of a contract that can change.
UPDATE stadspoort.contract SET display_name = $3, right_types = $4, zones = $5, in_force_end = $6, version = $7
WHERE city = $1 AND code = $2
