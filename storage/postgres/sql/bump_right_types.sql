UPDATE stadspoort.city SET right_types_version = right_types_version + 1 WHERE city = $1
RETURNING right_types_version
