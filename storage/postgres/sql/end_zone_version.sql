-- The version in force is superseded at $4.
UPDATE stadspoort.zone_version SET in_force_end = $4 WHERE city = $1 AND code = $2 AND zone_version = $3
