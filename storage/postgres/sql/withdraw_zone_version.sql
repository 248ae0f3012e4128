UPDATE stadspoort.zone_version SET withdrawn = true
WHERE city = $1 AND code = $2 AND zone_version = $3
