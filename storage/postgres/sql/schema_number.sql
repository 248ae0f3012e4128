-- The newest migration that was applied.
SELECT coalesce(max(number), 0)::bigint AS number FROM stadspoort.schema_migration
