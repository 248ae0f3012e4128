-- One writer of contracts at a time in a city, in a statement of its own: what is read after it is the present state.
SELECT pg_advisory_xact_lock(hashtextextended($1, 8))::text AS locked
