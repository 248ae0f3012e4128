DELETE FROM stadspoort.special_day WHERE city = $1
