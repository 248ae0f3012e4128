DELETE FROM stadspoort.zone_draft WHERE city = $1 AND code = ANY ($2)
