-- Which of these codes are right types of the city.
SELECT code FROM stadspoort.right_type WHERE city = $1 AND code = ANY ($2)
