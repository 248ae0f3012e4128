-- Dates as text, YYYY-MM-DD.
INSERT INTO stadspoort.special_day (city, date, label, display_name)
SELECT $1, day.date::date, day.label, day.display_name
FROM unnest($2::text[], $3::text[], $4::text[]) AS day (date, label, display_name)
