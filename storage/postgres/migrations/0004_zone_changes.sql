-- Which versions of zones changed since a reader last looked, and which were called back before they came into force.

ALTER TABLE stadspoort.zone_version
  -- The city's zones_version at the row's last change: whoever holds the zones as of a count asks for the rows beyond it.
  ADD COLUMN change_number bigint CHECK (change_number > 0),
  -- Published ahead and called back in time: it stays as history and never holds.
  ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;

-- Forced row-level security hides every row from the owner, too. Whoever holds the present count has seen all of them.
ALTER TABLE stadspoort.zone_version NO FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.city NO FORCE ROW LEVEL SECURITY;
UPDATE stadspoort.zone_version v SET change_number = c.zones_version FROM stadspoort.city c WHERE c.city = v.city;
ALTER TABLE stadspoort.zone_version FORCE ROW LEVEL SECURITY;
ALTER TABLE stadspoort.city FORCE ROW LEVEL SECURITY;

ALTER TABLE stadspoort.zone_version
  ALTER COLUMN change_number SET NOT NULL,
  DROP CONSTRAINT zone_versions_do_not_overlap,
  ADD CONSTRAINT zone_versions_do_not_overlap EXCLUDE USING gist (
    city WITH =, code WITH =, tstzrange(in_force_start, in_force_end) WITH &&) WHERE (NOT withdrawn);
CREATE INDEX zone_version_by_change ON stadspoort.zone_version (city, change_number);

-- Numbers every change, whoever makes it: a row that was forgotten would never be seen by a reader, who would go on with what held
-- before. A transaction moves its city's count on once, before its first change (lock_zones) or with it.
CREATE FUNCTION stadspoort.number_zone_change() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  UPDATE stadspoort.city SET zones_version = zones_version + 1
  WHERE city = NEW.city AND xmin <> pg_catalog.pg_current_xact_id()::xid;
  SELECT zones_version INTO NEW.change_number FROM stadspoort.city WHERE city = NEW.city;
  RETURN NEW;
END
$$;
REVOKE ALL ON FUNCTION stadspoort.number_zone_change() FROM PUBLIC;
CREATE TRIGGER zone_change_is_numbered BEFORE INSERT OR UPDATE ON stadspoort.zone_version
  FOR EACH ROW EXECUTE FUNCTION stadspoort.number_zone_change();
