-- The register: cities, zones, plates, rights, and the journal of everything that can change an answer.
-- Run as stadspoort_owner. City comes first in every key; row-level security is forced on every table that holds a city's rows.

-- The register's clock. Every recorded time and every "now" of a rule is this clock, so that services whose own clocks differ
-- agree. Only the owner can replace the function; a test does, to play a scenario on its own day.
CREATE FUNCTION stadspoort.register_time() RETURNS timestamptz
  LANGUAGE sql STABLE AS 'SELECT now()';

-- The register's clock at this very moment, not at the beginning of the transaction: for writers that have waited for a lock. Follows
-- register_time() where that was replaced.
CREATE FUNCTION stadspoort.register_clock() RETURNS timestamptz
  LANGUAGE sql VOLATILE AS
  'SELECT CASE WHEN stadspoort.register_time() = now() THEN clock_timestamp() ELSE stadspoort.register_time() END';

-- The city whose rows this transaction may see: set with SET LOCAL semantics by every transaction of a service. Unset: none.
CREATE FUNCTION stadspoort.current_city() RETURNS text
  LANGUAGE sql STABLE AS $$ SELECT current_setting('stadspoort.city', true) $$;

CREATE TYPE stadspoort.subject_kind AS ENUM ('PLATE', 'ZONE', 'CALENDAR', 'CITY', 'RIGHT_TYPE', 'CONTRACT');

-- Tenants and their settings. `version` is that of the subject CITY; zones_version and right_types_version count changes of any
-- zone or right type, so that a reader can tell with one row whether what it holds is still the present state.
CREATE TABLE stadspoort.city (
  city                          text COLLATE "C" PRIMARY KEY CHECK (city ~ '^[a-z][a-z0-9-]{1,31}$'),
  city_id                       uuid NOT NULL UNIQUE,
  display_name                  text NOT NULL CHECK (length(display_name) > 0),
  time_zone                     text NOT NULL,
  languages                     text[] NOT NULL CHECK (cardinality(languages) > 0),
  look_back_seconds             bigint NOT NULL CHECK (look_back_seconds >= 3600),
  degraded_limit_seconds        bigint NOT NULL CHECK (degraded_limit_seconds >= 0),
  end_in_the_past_limit_seconds bigint NOT NULL CHECK (end_in_the_past_limit_seconds >= 0),
  open_end_limit_seconds        bigint NOT NULL CHECK (open_end_limit_seconds >= 3600),
  confidence_threshold          smallint NOT NULL CHECK (confidence_threshold BETWEEN 0 AND 100),
  -- Which master key the city's plate key is derived from, and the fingerprint of the derived key.
  plate_key_id                  text NOT NULL,
  plate_key_fingerprint         bytea NOT NULL CHECK (length(plate_key_fingerprint) = 16),
  version                       bigint NOT NULL CHECK (version > 0),
  zones_version                 bigint NOT NULL DEFAULT 1,
  right_types_version           bigint NOT NULL DEFAULT 1,
  create_time                   timestamptz NOT NULL DEFAULT stadspoort.register_time()
);

CREATE TABLE stadspoort.calendar (
  city    text COLLATE "C" PRIMARY KEY REFERENCES stadspoort.city,
  version bigint NOT NULL CHECK (version > 0)
);

CREATE TABLE stadspoort.special_day (
  city         text COLLATE "C" NOT NULL REFERENCES stadspoort.calendar,
  date         date NOT NULL,
  label        text COLLATE "C" NOT NULL CHECK (label ~ '^[A-Z][A-Z0-9_]{0,31}$'),
  display_name text NOT NULL,
  PRIMARY KEY (city, date, label)
);

CREATE TABLE stadspoort.right_type (
  city             text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  code             text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{0,39}$'),
  right_type_id    uuid NOT NULL,
  display_name     text NOT NULL,
  kind             text NOT NULL CHECK (kind IN ('PAID', 'RESIDENT', 'VISITOR', 'BUSINESS', 'CARE', 'DISABLED', 'CAR_SHARE',
                     'LOADING', 'CHARGING', 'DAY_PASS', 'ACCESS', 'EXEMPT', 'OTHER')),
  backdate_form    text NOT NULL CHECK (backdate_form IN ('NONE', 'DURATION', 'START_OF_DAY')),
  backdate_seconds bigint NOT NULL DEFAULT 0 CHECK ((backdate_form = 'DURATION') = (backdate_seconds > 0)),
  version          bigint NOT NULL CHECK (version > 0),
  PRIMARY KEY (city, code),
  UNIQUE (city, right_type_id)
);

CREATE TABLE stadspoort.zone (
  city    text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  code    text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  zone_id uuid NOT NULL,
  usage   text NOT NULL CHECK (usage IN ('PAID_PARKING', 'PERMIT_PARKING', 'TIME_LIMITED', 'ACCESS', 'LOW_EMISSION', 'LOADING',
            'SCHOOL_STREET', 'RESERVED_BAY')),
  version bigint NOT NULL CHECK (version > 0),
  PRIMARY KEY (city, code),
  UNIQUE (city, zone_id)
);

-- In force during [in_force_start, in_force_end). At one instant one version of a zone holds, whatever the services do.
CREATE TABLE stadspoort.zone_version (
  city           text COLLATE "C" NOT NULL,
  code           text COLLATE "C" NOT NULL,
  zone_version   bigint NOT NULL CHECK (zone_version > 0),
  in_force_start timestamptz NOT NULL,
  in_force_end   timestamptz NOT NULL DEFAULT 'infinity',
  display_name   text NOT NULL CHECK (length(display_name) > 0),
  -- JSON form of stadspoort.zones.v1.Regulation.
  regulation     jsonb NOT NULL,
  -- Coordinates of a GeoJSON MultiPolygon; rings closed; longitude first.
  geometry       jsonb NOT NULL,
  vertex_count   integer NOT NULL CHECK (vertex_count >= 3),
  recorded_time  timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, code, zone_version),
  FOREIGN KEY (city, code) REFERENCES stadspoort.zone,
  CHECK (in_force_start < in_force_end),
  CONSTRAINT zone_versions_do_not_overlap EXCLUDE USING gist (
    city WITH =, code WITH =, tstzrange(in_force_start, in_force_end) WITH &&)
);

-- Which provider may enrol which right type, during [in_force_start, in_force_end). No zones: all of them.
CREATE TABLE stadspoort.contract (
  city           text COLLATE "C" NOT NULL,
  contract_id    uuid NOT NULL,
  provider       text COLLATE "C" NOT NULL CHECK (length(provider) > 0),
  right_type     text COLLATE "C" NOT NULL,
  zones          text[] COLLATE "C" NOT NULL DEFAULT '{}',
  in_force_start timestamptz NOT NULL,
  in_force_end   timestamptz NOT NULL DEFAULT 'infinity',
  version        bigint NOT NULL CHECK (version > 0),
  PRIMARY KEY (city, contract_id),
  FOREIGN KEY (city, right_type) REFERENCES stadspoort.right_type,
  CHECK (in_force_start < in_force_end),
  CONSTRAINT contracts_do_not_overlap EXCLUDE USING gist (
    city WITH =, provider WITH =, right_type WITH =, tstzrange(in_force_start, in_force_end) WITH &&)
);

-- The subject row of a plate and the only place where its text lives.
CREATE TABLE stadspoort.plate (
  city             text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  plate_id         uuid NOT NULL,
  number           text COLLATE "C" NOT NULL CHECK (number ~ '^[A-Z0-9]{1,25}$'),
  pseudonym        bytea NOT NULL CHECK (length(pseudonym) = 16),
  folded_pseudonym bytea NOT NULL CHECK (length(folded_pseudonym) = 16),
  key_id           text NOT NULL,
  version          bigint NOT NULL CHECK (version > 0),
  PRIMARY KEY (city, plate_id),
  UNIQUE (city, number)
);
CREATE INDEX plate_by_folded_pseudonym ON stadspoort.plate (city, folded_pseudonym);

-- What is checked. Holds during [effective_start, effective_end); equal: it was ended before it began and never holds.
-- Overlapping rights of one plate are legal. Zones and right types are never deleted, so the codes cannot dangle.
CREATE TABLE stadspoort.access_right (
  city            text COLLATE "C" NOT NULL,
  right_id        uuid NOT NULL,
  plate_id        uuid NOT NULL,
  country         text COLLATE "C" NOT NULL DEFAULT '' CHECK (country ~ '^[A-Z]{0,3}$'),
  provider        text COLLATE "C" NOT NULL CHECK (length(provider) BETWEEN 1 AND 100),
  reference       text COLLATE "C" NOT NULL CHECK (octet_length(reference) BETWEEN 1 AND 100),
  -- Of the original request, by which a repeated request is known.
  request_digest  bytea NOT NULL CHECK (length(request_digest) = 32),
  right_type      text COLLATE "C" NOT NULL,
  city_wide       boolean NOT NULL,
  zones           text[] COLLATE "C" NOT NULL,
  requested_start timestamptz,
  requested_end   timestamptz,
  effective_start timestamptz NOT NULL,
  effective_end   timestamptz NOT NULL CHECK (effective_end < 'infinity'),
  -- Weekly windows, three numbers each: weekdays (bit 0 Monday), from and to in minutes of the day. Empty: always.
  windows         integer[] NOT NULL DEFAULT '{}' CHECK (cardinality(windows) % 3 = 0),
  suspensions     tstzmultirange NOT NULL DEFAULT '{}',
  revoke_time     timestamptz,
  -- M of N plates of a permit are active.
  plate_active    boolean NOT NULL DEFAULT true,
  -- The subject version of the plate at the right's last change.
  version         bigint NOT NULL CHECK (version > 0),
  -- Counts the right's own changes. The plate's version would tell a provider of other providers' rights.
  revision        bigint NOT NULL DEFAULT 1 CHECK (revision > 0),
  create_time     timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, right_id),
  CONSTRAINT right_reference UNIQUE (city, provider, reference),
  FOREIGN KEY (city, plate_id) REFERENCES stadspoort.plate,
  FOREIGN KEY (city, right_type) REFERENCES stadspoort.right_type,
  CHECK (effective_start <= effective_end),
  CHECK (city_wide = (cardinality(zones) = 0)),
  CHECK (cardinality(zones) <= 50)
);
CREATE INDEX access_right_by_plate ON stadspoort.access_right (city, plate_id, effective_end);

-- An end that came before its enrolment; kept for a day.
CREATE TABLE stadspoort.pending_end (
  city          text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  provider      text COLLATE "C" NOT NULL,
  reference     text COLLATE "C" NOT NULL,
  end_time      timestamptz NOT NULL,
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, provider, reference)
);
CREATE INDEX pending_end_by_age ON stadspoort.pending_end (city, recorded_time);

-- One row a change of anything that can change an answer: audit trail, bitemporal history and outbox. Append-only. Holds plate ids,
-- never a plate's text. Partitioned on xid, because readers ask "what became visible since": a partition holds 2^26
-- transactions.
CREATE TABLE stadspoort.journal (
  xid           xid8 NOT NULL DEFAULT pg_current_xact_id(),
  kind          stadspoort.subject_kind NOT NULL,
  city          text COLLATE "C" NOT NULL,
  subject       uuid NOT NULL,
  version       bigint NOT NULL CHECK (version > 0),
  state         jsonb NOT NULL,
  actor         text NOT NULL,
  reason        text NOT NULL DEFAULT '',
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, kind, subject, version, xid)
) PARTITION BY RANGE (xid);
CREATE INDEX journal_by_xid ON stadspoort.journal (xid);

-- Makes the partitions for the present transaction id and the next 2^28. Repeated by every start of a daemon and daily.
-- SECURITY DEFINER, so that a daemon's role needs no right to create tables.
CREATE FUNCTION stadspoort.extend_journal() RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  width   CONSTANT numeric := 67108864;
  present numeric := pg_current_xact_id()::text::numeric;
  first   numeric := floor(present / width);
  made    integer := 0;
  n       numeric;
  name    text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stadspoort.extend_journal', 0));
  FOR n IN SELECT generate_series(first, first + 4) LOOP
    name := format('journal_%s', lpad(n::text, 8, '0'));
    IF to_regclass('stadspoort.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE stadspoort.%I PARTITION OF stadspoort.journal FOR VALUES FROM (%L) TO (%L)',
                     name, (n * width)::text, ((n + 1) * width)::text);
      EXECUTE format('ALTER TABLE stadspoort.%I ENABLE ROW LEVEL SECURITY', name);
      EXECUTE format('ALTER TABLE stadspoort.%I FORCE ROW LEVEL SECURITY', name);
      made := made + 1;
    END IF;
  END LOOP;
  RETURN made;
END
$$;
SELECT stadspoort.extend_journal();

-- Tenancy: every table with a city shows the rows of the transaction's city to the services, all rows (read only) to the projector,
-- and none to anybody else, the owner included.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['city', 'calendar', 'special_day', 'right_type', 'zone', 'zone_version', 'contract', 'plate',
                              'access_right', 'pending_end', 'journal'] LOOP
    EXECUTE format('ALTER TABLE stadspoort.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE stadspoort.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY one_city ON stadspoort.%I TO stadspoort_app '
                   'USING (city = stadspoort.current_city()) WITH CHECK (city = stadspoort.current_city())', name);
    EXECUTE format('CREATE POLICY every_city ON stadspoort.%I FOR SELECT TO stadspoort_projector USING (true)', name);
  END LOOP;
END
$$;

-- Grants: each service what it needs. Nobody updates or deletes journal rows, and nobody chooses their xid.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA stadspoort FROM PUBLIC;
GRANT EXECUTE ON FUNCTION stadspoort.register_time(), stadspoort.register_clock(), stadspoort.current_city() TO stadspoort_app, stadspoort_projector;
GRANT EXECUTE ON FUNCTION stadspoort.extend_journal() TO stadspoort_app;

GRANT SELECT ON stadspoort.city, stadspoort.calendar, stadspoort.special_day, stadspoort.right_type, stadspoort.zone,
  stadspoort.zone_version, stadspoort.contract TO stadspoort_app;
GRANT INSERT (kind, city, subject, version, state, actor, reason) ON stadspoort.journal
  TO stadspoort_cities, stadspoort_zones, stadspoort_rights;

GRANT INSERT, UPDATE ON stadspoort.city, stadspoort.calendar, stadspoort.right_type, stadspoort.contract TO stadspoort_cities;
GRANT INSERT, DELETE ON stadspoort.special_day TO stadspoort_cities;

GRANT INSERT, UPDATE ON stadspoort.zone, stadspoort.zone_version TO stadspoort_zones;
GRANT UPDATE (zones_version) ON stadspoort.city TO stadspoort_zones;

GRANT SELECT, INSERT, UPDATE ON stadspoort.plate, stadspoort.access_right TO stadspoort_rights;
GRANT SELECT, INSERT, UPDATE, DELETE ON stadspoort.pending_end TO stadspoort_rights;

GRANT SELECT ON stadspoort.plate, stadspoort.access_right TO stadspoort_checks;

GRANT SELECT ON ALL TABLES IN SCHEMA stadspoort TO stadspoort_projector;
