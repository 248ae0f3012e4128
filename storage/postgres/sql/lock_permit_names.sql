-- Serialises everything that counts the permits of these holders and addresses, in one order for all.
SELECT pg_advisory_xact_lock(k)::text AS locked FROM (SELECT DISTINCT hashtextextended(n, 11) AS k FROM unnest($1) AS x (n) ORDER BY 1) ordered
