-- Before a load's snapshot is taken: behind a table rewrite that commits while we wait, an older snapshot would see no rows at all.
LOCK TABLE stadspoort.city, stadspoort.calendar, stadspoort.special_day, stadspoort.right_type, stadspoort.zone,
  stadspoort.zone_version, stadspoort.plate_for_lock, stadspoort.access_right, stadspoort.projection IN ACCESS SHARE MODE
