DELETE FROM stadspoort.projection
WHERE n <= (SELECT n - 100 FROM stadspoort.projection ORDER BY n DESC LIMIT 1)
