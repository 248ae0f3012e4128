INSERT INTO stadspoort.permit_area (city, permit_type, permit_set, area) SELECT $1, $2, $4, area FROM unnest($3) AS a (area)
ON CONFLICT DO NOTHING
