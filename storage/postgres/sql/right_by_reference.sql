SELECT right_id, request_digest FROM stadspoort.access_right WHERE city = $1 AND provider = $2 AND reference = $3
