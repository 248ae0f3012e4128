-- Under the number to which the city's count of zone changes was moved on in this transaction.
INSERT INTO stadspoort.zone_change (city, change_number, code, zone_version, kind, effective_time)
SELECT $1, c.zones_version, $2, $3, $4, $5 FROM stadspoort.city c WHERE c.city = $1
