-- Contracts: which provider may enrol which right types in which zones, from when to when. From here on an enrolment outside its
-- provider's contracts is refused. Until now nothing wrote the table of 0001 or asked it.

-- The owner fills rows of every city and holds them against the cities, which row-level security hides from it when it is forced.
ALTER TABLE stadspoort.city NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.contract NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.right_type NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.access_right NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.journal NO FORCE ROW LEVEL SECURITY;

-- One provider may have several contracts for a right type at once: paid parking in the centre by one tender, in a suburb by another.
-- What they allow is united, so an overlap does no harm.
ALTER TABLE stadspoort.contract DROP CONSTRAINT contracts_do_not_overlap;

ALTER TABLE stadspoort.contract
  ADD COLUMN code text COLLATE "C",
  ADD COLUMN display_name text NOT NULL DEFAULT '',
  ADD COLUMN right_types text[] COLLATE "C",
  -- Of the original request, by which a repeated request is known. Zero: there was none.
  ADD COLUMN request_digest bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  ADD COLUMN create_time timestamptz NOT NULL DEFAULT stadspoort.register_time();
UPDATE stadspoort.contract SET code = 'c-' || contract_id, right_types = ARRAY[right_type];
ALTER TABLE stadspoort.contract
  DROP COLUMN right_type,
  DROP CONSTRAINT contract_pkey,
  DROP CONSTRAINT contract_provider_check,
  ALTER COLUMN code SET NOT NULL,
  ALTER COLUMN right_types SET NOT NULL,
  ADD PRIMARY KEY (city, code),
  ADD UNIQUE (city, contract_id),
  ADD FOREIGN KEY (city) REFERENCES stadspoort.city,
  ADD CHECK (code ~ '^[a-z][a-z0-9-]{0,59}$'),
  ADD CHECK (octet_length(provider) BETWEEN 1 AND 100),
  -- Zones and right types are never deleted, so the codes cannot dangle.
  ADD CHECK (cardinality(right_types) BETWEEN 1 AND 1000),
  ADD CHECK (cardinality(zones) <= 500),
  ADD CHECK (length(request_digest) = 32);
-- By which every enrolment is judged.
CREATE INDEX contract_by_provider ON stadspoort.contract (city, provider, in_force_end);

-- Who has enrolled until now goes on as before until the city says otherwise: if an upgrade stopped the enrolments, drivers who have paid
-- would be fined. One contract a provider that has rights: every right type of its city, the whole city, no end; from as long before its
-- first right as any type lets one start in the past (limits::kBackdateMax). Who has none yet needs a contract before it can enrol.
SET LOCAL TIME ZONE 'UTC'; -- the journal's times
DO $$
BEGIN
  INSERT INTO stadspoort.contract (city, code, contract_id, display_name, provider, right_types, in_force_start, version)
  SELECT city, 'before-contracts-' || row_number() OVER (PARTITION BY city ORDER BY provider), gen_random_uuid(),
    'Enrolled before contracts were asked for', provider, right_types, since, 1
  FROM (
    SELECT city, provider,
      (SELECT array_agg(t.code ORDER BY t.code) FROM stadspoort.right_type t WHERE t.city = r.city) AS right_types,
      min(least(effective_start, create_time)) - interval '31 days' AS since
    FROM stadspoort.access_right r GROUP BY city, provider) enrolled;
  IF FOUND THEN
    INSERT INTO stadspoort.journal (kind, city, subject, version, state, actor, reason)
    SELECT 'CONTRACT', city, contract_id, version, jsonb_build_object('code', code, 'display_name', display_name, 'provider', provider,
      'right_types', right_types, 'zones', zones, 'in_force_start', in_force_start, 'in_force_end', NULL), 'migration', display_name
    FROM stadspoort.contract WHERE code LIKE 'before-contracts-%';
  END IF;
END
$$;

ALTER TABLE stadspoort.contract ALTER COLUMN display_name DROP DEFAULT, ALTER COLUMN request_digest DROP DEFAULT;
ALTER TABLE stadspoort.city FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.contract FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.right_type FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.access_right FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.journal FORCE ROW LEVEL SECURITY;

-- Whom a contract is with, and since when, never changes.
REVOKE SELECT ON stadspoort.contract FROM stadspoort_app;
REVOKE UPDATE ON stadspoort.contract FROM stadspoort_cities;
GRANT SELECT ON stadspoort.contract TO stadspoort_cities, stadspoort_rights;
GRANT UPDATE (display_name, right_types, zones, in_force_end, version) ON stadspoort.contract TO stadspoort_cities;
