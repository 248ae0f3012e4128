-- Permits: their types, the dossiers, what is paid, what happened to them, and the work that time makes due.

CREATE SEQUENCE stadspoort.permit_queue;

-- The rules of a type of permit; every change is a version, and a permit lives by the one it was granted under.
CREATE TABLE stadspoort.permit_type (
  city       text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  code       text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{0,39}$'),
  right_type text COLLATE "C" NOT NULL,
  version    bigint NOT NULL CHECK (version > 0),  -- the present one
  PRIMARY KEY (city, code),
  FOREIGN KEY (city, right_type) REFERENCES stadspoort.right_type
);

CREATE TABLE stadspoort.permit_type_version (
  city          text COLLATE "C" NOT NULL,
  code          text COLLATE "C" NOT NULL,
  version       bigint NOT NULL CHECK (version > 0),
  -- JSON form of stadspoort.permits.v1.PermitType.
  rules         jsonb NOT NULL,
  actor         text NOT NULL,
  reason        text NOT NULL,
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, code, version),
  FOREIGN KEY (city, code) REFERENCES stadspoort.permit_type
);

-- Permits that are prepared together and become good together: of a series of sets at most one is live at a time.
CREATE TABLE stadspoort.permit_set (
  city         text COLLATE "C" NOT NULL REFERENCES stadspoort.city,
  permit_set   bigint GENERATED ALWAYS AS IDENTITY,
  code         text COLLATE "C" NOT NULL CHECK (code ~ '^[a-z][a-z0-9-]{0,59}$'),
  series       text COLLATE "C" NOT NULL CHECK (series ~ '^[a-z][a-z0-9-]{0,59}$'),
  display_name text NOT NULL,
  create_time  timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, permit_set),
  UNIQUE (city, code),
  UNIQUE (city, permit_set, series)
);

-- During [live_start, live_end). Rights of a set hold only then, so that one row switches all of them.
CREATE TABLE stadspoort.live_permit_set (
  city       text COLLATE "C" NOT NULL,
  series     text COLLATE "C" NOT NULL,
  permit_set bigint NOT NULL,
  live_start timestamptz NOT NULL CHECK (live_start > '-infinity'),
  live_end   timestamptz NOT NULL DEFAULT 'infinity',
  PRIMARY KEY (city, series, live_start),
  FOREIGN KEY (city, permit_set, series) REFERENCES stadspoort.permit_set (city, permit_set, series),
  CHECK (live_start < live_end),
  CONSTRAINT one_permit_set_is_live EXCLUDE USING gist (city WITH =, series WITH =, tstzrange(live_start, live_end) WITH &&)
);

-- An area of a type, and how many permits hold a place in it. Whoever counts on a place locks this row first.
CREATE TABLE stadspoort.permit_area (
  city        text COLLATE "C" NOT NULL,
  permit_type text COLLATE "C" NOT NULL,
  permit_set  bigint NOT NULL,  -- 0: none; a set has places of its own
  area        text COLLATE "C" NOT NULL CHECK (area ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  held        bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  PRIMARY KEY (city, permit_type, permit_set, area),
  FOREIGN KEY (city, permit_type) REFERENCES stadspoort.permit_type
);

-- States by name, as in services/domain/permit_state.h.
CREATE FUNCTION stadspoort.permit_holds_place(state text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$SELECT state IN ('OFFERED', 'APPROVED', 'AWAITING_PAYMENT', 'ACTIVE', 'SUSPENDED', 'PAYMENT_OVERDUE')$$;
CREATE FUNCTION stadspoort.permit_is_over(state text) RETURNS boolean
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$SELECT state IN ('REFUSED', 'OFFER_LAPSED', 'PAYMENT_LAPSED', 'EXPIRED', 'REVOKED', 'WITHDRAWN')$$;

CREATE TABLE stadspoort.permit (
  city         text COLLATE "C" NOT NULL,
  permit_id    uuid NOT NULL,
  permit_type  text COLLATE "C" NOT NULL,
  permit_set   bigint NOT NULL,
  -- In the order in which they were asked for: how many-th of a holder or an address it is tells its price.
  permit_number bigint GENERATED ALWAYS AS IDENTITY,
  -- Who and where stand here and nowhere else.
  holder       text COLLATE "C" NOT NULL CHECK (octet_length(holder) BETWEEN 1 AND 100),
  address      text COLLATE "C" NOT NULL CHECK (octet_length(address) <= 100),
  area         text COLLATE "C" NOT NULL,
  state        text COLLATE "C" NOT NULL CHECK (state IN ('EVIDENCE_NEEDED', 'IN_REVIEW', 'WAITLISTED', 'OFFERED', 'AWAITING_PAYMENT', 'ACTIVE',
                 'SUSPENDED', 'PAYMENT_OVERDUE', 'REFUSED', 'OFFER_LAPSED', 'PAYMENT_LAPSED', 'EXPIRED', 'REVOKED', 'WITHDRAWN')),
  -- Everything else of it (storage/postgres/permit_document.h). Plates by id.
  document     jsonb NOT NULL,
  -- In the order in which they began to wait.
  queue_number bigint CHECK ((queue_number IS NOT NULL) = (state = 'WAITLISTED')),
  -- When time will next do something to it; NULL: never.
  due_time     timestamptz,
  revision     bigint NOT NULL CHECK (revision > 0),
  create_time  timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, permit_id),
  FOREIGN KEY (city, permit_type, permit_set, area) REFERENCES stadspoort.permit_area
);
-- Indexes do not hold permit_id: on an empty table they would look as good as the key for finding one permit, and a session keeps its plans.
CREATE INDEX permit_by_holder ON stadspoort.permit (city, holder);
CREATE INDEX permit_by_address ON stadspoort.permit (city, permit_type, address, permit_set) WHERE address <> '' AND NOT stadspoort.permit_is_over(state);
CREATE INDEX permit_by_queue ON stadspoort.permit (city, permit_type, permit_set, area, queue_number) WHERE queue_number IS NOT NULL;

-- By the payer's reference, once in a city.
CREATE TABLE stadspoort.permit_payment (
  city          text COLLATE "C" NOT NULL,
  reference     text COLLATE "C" NOT NULL CHECK (octet_length(reference) BETWEEN 1 AND 100),
  permit_id     uuid NOT NULL,
  amount_cents  bigint NOT NULL CHECK (amount_cents >= 0),
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, reference),
  FOREIGN KEY (city, permit_id) REFERENCES stadspoort.permit
);

-- One row for whatever happened to a permit: history and outbox. Append-only. No plate, holder or address. Followed in the order of
-- (xid, event_number), below the oldest transaction under way, so that none appears before one that was read already.
CREATE TABLE stadspoort.permit_event (
  city           text COLLATE "C" NOT NULL,
  xid            xid8 NOT NULL DEFAULT pg_current_xact_id(),
  event_number   bigint GENERATED ALWAYS AS IDENTITY,
  permit_id      uuid NOT NULL,
  kind           text COLLATE "C" NOT NULL,
  state          text COLLATE "C" NOT NULL,
  effective_time timestamptz NOT NULL,
  -- The permit after it, as in permit.document.
  document       jsonb NOT NULL,
  revision       bigint NOT NULL CHECK (revision > 0),
  actor          text NOT NULL,
  reason         text NOT NULL DEFAULT '',
  recorded_time  timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, xid, event_number),
  FOREIGN KEY (city, permit_id) REFERENCES stadspoort.permit
);
CREATE INDEX permit_event_by_permit ON stadspoort.permit_event (city, permit_id, event_number);
CREATE TRIGGER permit_event_is_open BEFORE INSERT ON stadspoort.permit_event
  FOR EACH STATEMENT EXECUTE FUNCTION stadspoort.refuse_while_closed();
CREATE INDEX permit_event_by_time ON stadspoort.permit_event (city, recorded_time);

-- What is to be done at a time: rows are added by whoever makes it due and taken away, with SKIP LOCKED, by whoever does it, in the same
-- transaction. A row too many does no harm: what is due is judged by the permit.
CREATE TABLE stadspoort.due_work (
  city        text COLLATE "C" NOT NULL,
  work_number bigint GENERATED ALWAYS AS IDENTITY,
  due_time    timestamptz NOT NULL,
  kind        text COLLATE "C" NOT NULL CHECK (kind IN ('PERMIT', 'OFFER')),
  permit_id   uuid CHECK ((permit_id IS NOT NULL) = (kind = 'PERMIT')),
  permit_type text COLLATE "C" CHECK ((permit_type IS NOT NULL) = (kind = 'OFFER')),
  permit_set  bigint CHECK ((permit_set IS NOT NULL) = (kind = 'OFFER')),
  area        text COLLATE "C" CHECK ((area IS NOT NULL) = (kind = 'OFFER')),
  PRIMARY KEY (city, work_number)
);
CREATE INDEX due_work_by_time ON stadspoort.due_work (due_time, city);
CREATE INDEX due_work_by_city ON stadspoort.due_work (city, kind, due_time);

-- Whatever changes a permit, and however many at once: places are counted, what time will do is put into the work, and a place that came
-- free is offered. Nobody can forget it.
CREATE FUNCTION stadspoort.tend_permits() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE stadspoort.permit_area a SET held = a.held + d.moved
    FROM (SELECT city, permit_type, permit_set, area, count(*) AS moved FROM new_rows WHERE stadspoort.permit_holds_place(state) GROUP BY 1, 2, 3, 4) d
    WHERE a.city = d.city AND a.permit_type = d.permit_type AND a.permit_set = d.permit_set AND a.area = d.area;
    INSERT INTO stadspoort.due_work (city, due_time, kind, permit_id)
    SELECT city, due_time, 'PERMIT', permit_id FROM new_rows WHERE due_time IS NOT NULL;
    RETURN NULL;
  END IF;
  WITH moved AS (
    SELECT city, permit_type, permit_set, area, sum(n) AS moved FROM (
      SELECT city, permit_type, permit_set, area, 1 AS n FROM new_rows WHERE stadspoort.permit_holds_place(state)
      UNION ALL
      SELECT city, permit_type, permit_set, area, -1 FROM old_rows WHERE stadspoort.permit_holds_place(state)) x
    GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
  ), counted AS (
    UPDATE stadspoort.permit_area a SET held = a.held + d.moved FROM moved d
    WHERE a.city = d.city AND a.permit_type = d.permit_type AND a.permit_set = d.permit_set AND a.area = d.area
  )
  INSERT INTO stadspoort.due_work (city, due_time, kind, permit_type, permit_set, area)
  SELECT city, stadspoort.register_time(), 'OFFER', permit_type, permit_set, area FROM moved d
  WHERE d.moved < 0 AND EXISTS (
    SELECT FROM stadspoort.permit p
    WHERE p.city = d.city AND p.permit_type = d.permit_type AND p.permit_set = d.permit_set AND p.area = d.area AND p.queue_number IS NOT NULL);
  INSERT INTO stadspoort.due_work (city, due_time, kind, permit_id)
  SELECT n.city, n.due_time, 'PERMIT', n.permit_id
  FROM new_rows n JOIN old_rows o ON o.city = n.city AND o.permit_id = n.permit_id
  WHERE n.due_time IS NOT NULL AND n.due_time IS DISTINCT FROM o.due_time;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION stadspoort.tend_permits() FROM PUBLIC;
CREATE TRIGGER permits_are_tended_when_made AFTER INSERT ON stadspoort.permit
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stadspoort.tend_permits();
CREATE TRIGGER permits_are_tended AFTER UPDATE ON stadspoort.permit
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stadspoort.tend_permits();

-- Rights that permits give stand among the others, under a provider that nobody can be.
ALTER TABLE stadspoort.access_right
  ADD COLUMN permit_id uuid,
  ADD COLUMN permit_set bigint NOT NULL DEFAULT 0,  -- holds only while it is live; 0: of none
  ADD CONSTRAINT right_of_permit CHECK ((permit_id IS NOT NULL) = (provider = '@permits')) NOT VALID;
CREATE INDEX access_right_by_permit ON stadspoort.access_right (city, permit_id) WHERE permit_id IS NOT NULL;

-- Who looked into the history of a plate, when and why. Append-only.
CREATE TABLE stadspoort.plate_lookup (
  city          text COLLATE "C" NOT NULL,
  lookup_number bigint GENERATED ALWAYS AS IDENTITY,
  plate_id      uuid NOT NULL,
  actor         text NOT NULL,
  purpose       text NOT NULL CHECK (octet_length(purpose) BETWEEN 1 AND 500),
  recorded_time timestamptz NOT NULL DEFAULT stadspoort.register_time(),
  PRIMARY KEY (city, lookup_number),
  FOREIGN KEY (city, plate_id) REFERENCES stadspoort.plate
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['permit_type', 'permit_type_version', 'permit_set', 'live_permit_set', 'permit_area', 'permit', 'permit_payment', 'permit_event',
                              'due_work', 'plate_lookup'] LOOP
    EXECUTE format('ALTER TABLE stadspoort.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE stadspoort.%I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY one_city ON stadspoort.%I TO stadspoort_app '
                   'USING (city = stadspoort.current_city()) WITH CHECK (city = stadspoort.current_city())', name);
  END LOOP;
END
$$;
-- Where there is work, whatever the city: whoever does it then looks at one city at a time.
CREATE POLICY any_city ON stadspoort.due_work FOR SELECT TO stadspoort_permits USING (coalesce(stadspoort.current_city(), '') = '');

GRANT USAGE ON SEQUENCE stadspoort.permit_queue TO stadspoort_permits;
GRANT EXECUTE ON FUNCTION stadspoort.permit_holds_place(text), stadspoort.permit_is_over(text) TO stadspoort_permits;
-- Every answer rests on what is live.
GRANT SELECT ON stadspoort.live_permit_set TO stadspoort_app, stadspoort_ladder, stadspoort_projector;
GRANT INSERT, DELETE, UPDATE (live_end) ON stadspoort.live_permit_set TO stadspoort_permits;
GRANT SELECT, INSERT ON stadspoort.permit_set TO stadspoort_permits;
GRANT UPDATE (version) ON stadspoort.city TO stadspoort_permits;
GRANT SELECT, INSERT ON stadspoort.permit_type, stadspoort.permit_type_version, stadspoort.permit_area, stadspoort.permit, stadspoort.permit_payment,
  stadspoort.permit_event TO stadspoort_permits;
GRANT UPDATE (version) ON stadspoort.permit_type TO stadspoort_permits;
GRANT UPDATE (held) ON stadspoort.permit_area TO stadspoort_permits;
GRANT UPDATE (address, area, state, document, queue_number, due_time, revision) ON stadspoort.permit TO stadspoort_permits;
GRANT SELECT, INSERT, UPDATE, DELETE ON stadspoort.due_work TO stadspoort_permits;
GRANT SELECT, INSERT, DELETE ON stadspoort.request TO stadspoort_permits;
GRANT SELECT (n, epoch) ON stadspoort.projection TO stadspoort_permits;
-- The rights that it gives, and the plates they are for; not those of others.
GRANT SELECT, INSERT, UPDATE ON stadspoort.plate TO stadspoort_permits;
GRANT SELECT, INSERT, UPDATE ON stadspoort.access_right TO stadspoort_permits;
CREATE POLICY rights_of_permits ON stadspoort.access_right AS RESTRICTIVE TO stadspoort_permits
  USING (permit_id IS NOT NULL) WITH CHECK (permit_id IS NOT NULL);
GRANT INSERT (kind, city, subject, version, state, actor, reason) ON stadspoort.journal TO stadspoort_permits;

-- What a plate's history says was known at a moment: a transaction that waited for a lock did not know it when it began.
ALTER TABLE stadspoort.journal ALTER COLUMN recorded_time SET DEFAULT stadspoort.register_clock();
-- A plate's history is told of all its rights; who asks is kept.
GRANT SELECT ON stadspoort.journal TO stadspoort_rights;
GRANT INSERT ON stadspoort.plate_lookup TO stadspoort_rights;
