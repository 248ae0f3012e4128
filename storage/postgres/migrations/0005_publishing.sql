-- Zones are drawn, judged and published: drafts, requests that may be sent again, the list of changes for whoever keeps a copy of the
-- zones, and where a city lies.

-- A zone as it is being drawn. No check knows of it, and it need not be right.
CREATE TABLE stadspoort.zone_draft (
  city              text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  code              text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  -- NULL: not said yet.
  usage             text CHECK (usage IN ('PAID_PARKING', 'PERMIT_PARKING', 'TIME_LIMITED', 'ACCESS', 'LOW_EMISSION', 'LOADING',
                      'SCHOOL_STREET', 'RESERVED_BAY')),
  display_name      text NOT NULL,
  regulation        jsonb NOT NULL,
  -- As in zone_version; NULL: not drawn yet.
  geometry          jsonb,
  vertex_count      integer NOT NULL CHECK (vertex_count >= 0),
  -- The version from which it was made; 0: the zone is new.
  base_zone_version bigint NOT NULL CHECK (base_zone_version >= 0),
  validated         boolean NOT NULL,
  -- Changes with the draft; random, so that a draft thrown away and made anew is another one.
  revision          uuid NOT NULL DEFAULT gen_random_uuid(),
  update_time       timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, code)
);

-- What was done for a request, so that it may be sent again after an unknown outcome.
CREATE TABLE stadspoort.request (
  city          text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  actor         text COLLATE "C" NOT NULL,
  request_id    text COLLATE "C" NOT NULL CHECK (octet_length(request_id) BETWEEN 1 AND 100),
  digest        bytea NOT NULL CHECK (length(digest) = 32),
  outcome       jsonb NOT NULL,
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, actor, request_id)
);
CREATE INDEX request_by_age ON stadspoort.request (city, recorded_time);

-- What was published, retired or withdrawn, in the order of the city's count of zone changes: it moves on under its row's lock, so no
-- number appears after a later one has.
CREATE TABLE stadspoort.zone_change (
  city           text COLLATE "C" NOT NULL,
  change_number  bigint NOT NULL,
  code           text COLLATE "C" NOT NULL,
  zone_version   bigint NOT NULL,
  kind           text NOT NULL CHECK (kind IN ('PUBLISHED', 'RETIRED', 'WITHDRAWN')),
  effective_time timestamptz NOT NULL,
  recorded_time  timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, change_number, code, zone_version),
  FOREIGN KEY (city, code, zone_version) REFERENCES stadspoort.zone_version
);

-- What was published before there was a list. Forced row-level security would hide it from the owner.
ALTER TABLE stadspoort.zone_version NO FORCE ROW LEVEL SECURITY;
INSERT INTO stadspoort.zone_change (city, change_number, code, zone_version, kind, effective_time, recorded_time)
  SELECT city, change_number, code, zone_version, 'PUBLISHED', in_force_start, recorded_time FROM stadspoort.zone_version;
ALTER TABLE stadspoort.zone_version FORCE ROW LEVEL SECURITY;

-- Which rights a change of zones would hurt. Those that have ended are most of the table. It takes long, so before city is locked, which
-- everybody reads.
CREATE INDEX access_right_by_end ON stadspoort.access_right (city, effective_end);

-- What was reckoned by the rules of a history that is lost says nothing in the next.
GRANT SELECT (n, epoch) ON stadspoort.projection TO stadspoort_rights;

-- Where the city lies. Degrees, WGS84; all NULL: not said.
ALTER TABLE stadspoort.city
  ADD COLUMN south_latitude double precision,
  ADD COLUMN west_longitude double precision,
  ADD COLUMN north_latitude double precision,
  ADD COLUMN east_longitude double precision,
  ADD CONSTRAINT city_bounds CHECK (
    num_nulls(south_latitude, west_longitude, north_latitude, east_longitude) IN (0, 4)
    AND south_latitude < north_latitude AND west_longitude < east_longitude);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['zone_draft', 'request', 'zone_change'] LOOP
    EXECUTE format('ALTER TABLE stadspoort.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE stadspoort.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY one_city ON stadspoort.%I TO stadspoort_app '
                   'USING (city = stadspoort.current_city()) WITH CHECK (city = stadspoort.current_city())', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON stadspoort.zone_draft TO stadspoort_zones;
GRANT SELECT, INSERT, DELETE ON stadspoort.request TO stadspoort_zones;
GRANT SELECT, INSERT ON stadspoort.zone_change TO stadspoort_zones;
-- Not which plate: publishing needs to know how many rights it hurts, and of which types.
GRANT SELECT (city, right_id, right_type, city_wide, zones, effective_start, effective_end, revoke_time)
  ON stadspoort.access_right TO stadspoort_zones;
