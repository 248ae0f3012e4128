-- The right types of the city $1[i], unless the reader holds their version $2[i] already.
SELECT t.city, t.code, t.display_name, t.kind, t.backdate_form, t.backdate_seconds
FROM unnest($1, $2) AS known (city, version)
JOIN stadspoort.city c ON c.city = known.city AND c.right_types_version <> known.version
JOIN stadspoort.right_type t ON t.city = c.city
ORDER BY t.city, t.code
