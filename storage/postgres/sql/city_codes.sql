-- Every city of the register.
SELECT city FROM stadspoort.city ORDER BY city
