-- Under the number to which the city's count of zone changes was moved on in this transaction. Recorded now, not when the transaction
-- began to wait for its turn, and all of a transaction at the same moment: in the order of numbers time does not run backwards.
INSERT INTO stadspoort.zone_change (city, change_number, code, zone_version, kind, effective_time, recorded_time)
SELECT $1, c.zones_version, $2, $3, $4, $5, coalesce(
  (SELECT z.recorded_time FROM stadspoort.zone_change z WHERE z.city = $1 AND z.change_number = c.zones_version LIMIT 1),
  stadspoort.register_clock())
FROM stadspoort.city c WHERE c.city = $1
