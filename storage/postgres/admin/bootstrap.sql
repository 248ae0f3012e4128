-- Run by `stadspoortd migrate` with an administrator's connection before the numbered migrations: roles belong to the whole
-- server, and btree_gist and the schema must exist before the owner can use them. Safe to repeat.
--
-- owner      owns every object, runs migrations, logs in nowhere
-- app        what the services have in common: sees the rows of one city at a time
-- one login role a service, with that service's grants only
-- ladder     reads the rows of every city that a check rests on; writes nothing
-- projector  reads the same; writes the state of the projection
DO $$
DECLARE
  missing text;
BEGIN
  FOREACH missing IN ARRAY ARRAY['stadspoort_owner', 'stadspoort_app'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', missing);
    END IF;
  END LOOP;
  FOREACH missing IN ARRAY ARRAY['stadspoort_cities', 'stadspoort_zones', 'stadspoort_permits', 'stadspoort_rights',
                                 'stadspoort_checks'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOBYPASSRLS', missing);
    END IF;
  END LOOP;
  FOREACH missing IN ARRAY ARRAY['stadspoort_ladder', 'stadspoort_projector'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing AND rolbypassrls) THEN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = missing) THEN
        EXECUTE format('CREATE ROLE %I LOGIN', missing);
      END IF;
      EXECUTE format('ALTER ROLE %I BYPASSRLS', missing);
    END IF;
  END LOOP;
END
$$;

DO $$
DECLARE
  service text;
BEGIN
  FOREACH service IN ARRAY ARRAY['stadspoort_cities', 'stadspoort_zones', 'stadspoort_permits', 'stadspoort_rights', 'stadspoort_checks'] LOOP
    IF NOT pg_has_role(service, 'stadspoort_app', 'MEMBER') THEN
      EXECUTE format('GRANT stadspoort_app TO %I', service);
    END IF;
  END LOOP;
END
$$;

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE SCHEMA IF NOT EXISTS stadspoort AUTHORIZATION stadspoort_owner;

CREATE TABLE IF NOT EXISTS stadspoort.schema_migration (
  number       integer PRIMARY KEY,
  slug         text NOT NULL,
  applied_time timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE stadspoort.schema_migration OWNER TO stadspoort_owner;

GRANT USAGE ON SCHEMA stadspoort TO stadspoort_app, stadspoort_ladder, stadspoort_projector;
GRANT SELECT ON stadspoort.schema_migration TO stadspoort_app, stadspoort_ladder, stadspoort_projector;
