SELECT digest, outcome FROM stadspoort.request WHERE city = $1 AND actor = $2 AND request_id = $3
