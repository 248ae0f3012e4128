-- $9: also in the place of a draft that is there; else no row comes back.
INSERT INTO stadspoort.zone_draft (city, code, usage, display_name, regulation, geometry, vertex_count, base_zone_version, validated)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false)
ON CONFLICT (city, code) DO UPDATE SET usage = excluded.usage, display_name = excluded.display_name, regulation = excluded.regulation,
  geometry = excluded.geometry, vertex_count = excluded.vertex_count, base_zone_version = excluded.base_zone_version, validated = false,
  revision = gen_random_uuid(), update_time = stadspoort.register_time()
  WHERE $9
RETURNING revision, update_time
