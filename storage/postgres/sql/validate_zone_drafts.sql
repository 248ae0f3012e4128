UPDATE stadspoort.zone_draft SET validated = true WHERE city = $1 AND code = ANY ($2)
