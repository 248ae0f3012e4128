-- One projector at a time, for as long as its session lives. `unsafe`: with a synchronous standby, but COMMIT does not wait for it, so
-- nothing that is acknowledged would be safe, and the lease would vouch for it.
SELECT pg_try_advisory_lock(hashtextextended('stadspoort.projector', 0)) AS elected,
  current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') IN ('off', 'local') AS unsafe
