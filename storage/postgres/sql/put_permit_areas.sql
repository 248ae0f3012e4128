INSERT INTO stadspoort.permit_area (city, permit_type, area) SELECT $1, $2, area FROM unnest($3) AS a (area)
ON CONFLICT DO NOTHING
