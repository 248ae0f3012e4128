-- Serialises sends of one request, in a statement of its own.
SELECT pg_advisory_xact_lock(hashtextextended($1 || chr(31) || $2 || chr(31) || $3, 12))::text AS locked
