SELECT date, label, display_name FROM stadspoort.special_day WHERE city = $1 ORDER BY date, label
