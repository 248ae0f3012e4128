-- How a write becomes visible: the state by which projector and check replicas agree, and the gate that keeps writers out of
-- a history in which no epoch has been opened.

-- The state is the row with the greatest n. Rows are added, never changed: the newest is found in one step however long an idle
-- transaction keeps the old ones from being removed, and two writers of one n exclude each other.
CREATE TABLE stadspoort.projection (
  n          bigint PRIMARY KEY CHECK (n > 0),
  -- Random; changes when nothing that anybody remembers may be relied on any more.
  epoch      text NOT NULL CHECK (length(epoch) > 0),
  lineage    text NOT NULL,
  -- Of the projector that wrote the row.
  term       bigint NOT NULL CHECK (term >= 0),
  -- The clock at the last commit of this state that was known to be safe when this row was written.
  lease      timestamptz NOT NULL,
  -- Where a new session of a replica may begin.
  snapshot   pg_snapshot NOT NULL,
  -- What Redis holds; empty: nothing that may be used.
  generation text NOT NULL DEFAULT '',
  tick       text NOT NULL DEFAULT '',
  applied    pg_snapshot CHECK ((applied IS NULL) = (tick = ''))
);

-- Names the history that transaction ids belong to: system, timeline, and the file of the state in its database. It changes by
-- promotion of a standby and by every kind of restore. The timeline of the insert position, because the control file's lags.
-- PL/pgSQL, because every write asks for it and an SQL function would be planned each time.
CREATE FUNCTION stadspoort.lineage() RETURNS text
  LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN (pg_catalog.pg_control_system()).system_identifier
    || '-' || pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8)
    || '-' || pg_catalog.pg_relation_filepath('stadspoort.projection');
END
$$;
INSERT INTO stadspoort.projection (n, epoch, lineage, term, lease, snapshot)
VALUES (1, gen_random_uuid(), stadspoort.lineage(), 0, '-infinity', pg_current_snapshot());

-- Every write appends to the journal, so this closes the register to all of them. SECURITY DEFINER, so that a service needs no
-- right to read the state.
CREATE FUNCTION stadspoort.refuse_while_closed() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF (SELECT lineage FROM stadspoort.projection ORDER BY n DESC LIMIT 1) IS DISTINCT FROM stadspoort.lineage() THEN
    RAISE EXCEPTION 'the register is closed until a projector has opened an epoch' USING ERRCODE = 'cannot_connect_now';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER journal_is_open BEFORE INSERT ON stadspoort.journal
  FOR EACH STATEMENT EXECUTE FUNCTION stadspoort.refuse_while_closed();

-- Two roles that see every city. They bypass row-level security and refuse to work when they do not: filtered rows would be
-- missing rights. The ladder reads what a check rests on, without the text of plates; the projector also keeps the state.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['city', 'calendar', 'special_day', 'right_type', 'zone', 'zone_version', 'contract', 'plate',
                              'access_right', 'pending_end', 'journal'] LOOP
    EXECUTE format('DROP POLICY every_city ON stadspoort.%I', name);
  END LOOP;
END
$$;
REVOKE SELECT ON ALL TABLES IN SCHEMA stadspoort FROM stadspoort_projector;
REVOKE ALL ON FUNCTION stadspoort.lineage(), stadspoort.refuse_while_closed() FROM PUBLIC;

GRANT SELECT ON stadspoort.city, stadspoort.calendar, stadspoort.special_day, stadspoort.right_type, stadspoort.zone,
  stadspoort.zone_version, stadspoort.access_right, stadspoort.projection, stadspoort.schema_migration
  TO stadspoort_ladder, stadspoort_projector;
GRANT SELECT (city, plate_id, pseudonym, folded_pseudonym, version) ON stadspoort.plate TO stadspoort_ladder, stadspoort_projector;
-- Only to be locked: LOCK TABLE asks for a privilege on the whole table, or on a view of it.
CREATE VIEW stadspoort.plate_for_lock AS SELECT plate_id FROM stadspoort.plate;
GRANT SELECT ON stadspoort.plate_for_lock TO stadspoort_ladder, stadspoort_projector;
GRANT SELECT (xid, kind, city, subject) ON stadspoort.journal TO stadspoort_ladder, stadspoort_projector;
GRANT EXECUTE ON FUNCTION stadspoort.register_time(), stadspoort.lineage() TO stadspoort_ladder, stadspoort_projector;
GRANT INSERT, DELETE ON stadspoort.projection TO stadspoort_projector;

-- Checks read the text of near misses, and nothing else, under row-level security.
REVOKE SELECT ON stadspoort.access_right FROM stadspoort_checks;

-- A partition is made aside and then attached, which takes no lock that a reader or a writer waits for; CREATE ... PARTITION OF takes one
-- that a backup holds up for hours, with everybody behind it. Whoever comes second has nothing to do.
CREATE OR REPLACE FUNCTION stadspoort.extend_journal() RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '200ms' AS $$
DECLARE
  width   CONSTANT numeric := 67108864;
  present numeric := pg_current_xact_id()::text::numeric;
  first   numeric := floor(present / width);
  made    integer := 0;
  n       numeric;
  name    text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended('stadspoort.extend_journal', 0)) THEN
    RETURN 0;
  END IF;
  FOR n IN SELECT generate_series(first, first + 4) LOOP
    name := format('journal_%s', lpad(n::text, 8, '0'));
    IF to_regclass('stadspoort.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE stadspoort.%I (LIKE stadspoort.journal INCLUDING ALL)', name);
      EXECUTE format('ALTER TABLE stadspoort.%I ENABLE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE stadspoort.%I FORCE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE stadspoort.journal ATTACH PARTITION stadspoort.%I FOR VALUES FROM (%L) TO (%L)',
                     name, (n * width)::text, ((n + 1) * width)::text);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;
