-- Which of these codes are zones of the city.
SELECT code FROM stadspoort.zone WHERE city = $1 AND code = ANY ($2)
