INSERT INTO stadspoort.zone_version (city, code, zone_version, in_force_start, display_name, regulation, geometry, vertex_count)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
