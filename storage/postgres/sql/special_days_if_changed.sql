-- The calendar, unless the reader holds this version of it already.
SELECT d.date, d.label
FROM stadspoort.calendar k JOIN stadspoort.special_day d ON d.city = k.city
WHERE k.city = $1 AND k.version <> $2
