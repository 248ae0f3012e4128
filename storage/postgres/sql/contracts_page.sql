-- Contracts after $2 in the order of their codes, of one provider ($3, NULL: any), $4 of them.
SELECT contract_id, code, display_name, provider, right_types, zones, in_force_start, in_force_end, request_digest, version, create_time
FROM stadspoort.contract WHERE city = $1 AND code > $2 AND ($3 IS NULL OR provider = $3)
ORDER BY code
LIMIT $4
