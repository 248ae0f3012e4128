INSERT INTO stadspoort.calendar (city, version) VALUES ($1, 1)
