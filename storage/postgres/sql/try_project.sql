-- One projector at a time, for as long as its session lives.
SELECT pg_try_advisory_lock(hashtextextended('stadspoort.projector', 0)) AS elected
