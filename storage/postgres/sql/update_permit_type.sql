UPDATE stadspoort.permit_type SET version = $3 WHERE city = $1 AND code = $2
