INSERT INTO stadspoort.request (city, actor, request_id, digest, outcome) VALUES ($1, $2, $3, $4, $5)
