UPDATE stadspoort.zone_version
SET withdrawn = true, change_number = (SELECT zones_version FROM stadspoort.city WHERE city = $1)
WHERE city = $1 AND code = $2 AND zone_version = $3
