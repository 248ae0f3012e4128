SELECT contract_id, code, display_name, provider, right_types, zones, in_force_start, in_force_end, request_digest, version, create_time
FROM stadspoort.contract WHERE city = $1 AND code = $2
