-- Nothing that any process or Redis remembers may be relied on any more: after a restore that PostgreSQL cannot tell from a start, such
-- as a disk that was put back. The register is closed until a projector has opened a new epoch, and the projector of before is out.
INSERT INTO stadspoort.projection (n, epoch, lineage, term, lease, snapshot)
SELECT n + 1, gen_random_uuid(), 'closed by an administrator', term + 1, '-infinity', pg_current_snapshot()
FROM stadspoort.projection ORDER BY n DESC LIMIT 1
