-- The calendar of the city $1[i], unless the reader holds its version $2[i] already.
SELECT d.city, d.date, d.label
FROM unnest($1, $2) AS known (city, version)
JOIN stadspoort.calendar k ON k.city = known.city AND k.version <> known.version
JOIN stadspoort.special_day d ON d.city = k.city
ORDER BY d.city, d.date, d.label
