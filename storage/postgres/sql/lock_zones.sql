-- One writer of zones at a time in a city: locks the city's count of zone changes and moves it on.
UPDATE stadspoort.city SET zones_version = zones_version + 1 WHERE city = $1
RETURNING zones_version
