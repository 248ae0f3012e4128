SELECT plate_id FROM stadspoort.plate WHERE city = $1 AND number = $2
