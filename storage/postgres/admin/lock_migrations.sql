-- Held for the whole of a migration, so that two that start together do not both migrate.
SELECT pg_advisory_lock(hashtextextended('stadspoort.migrate', 0))::text AS locked
