-- In the order of the arrays, which is that of the events of each permit. Whoever waited for its turn began before others were done: the
-- register knows its event from now on, and of one permit no event before the one that it was told earlier.
INSERT INTO stadspoort.permit_event (city, permit_id, kind, state, effective_time, document, revision, actor, reason, recorded_time)
SELECT $1, e.permit_id, e.kind, e.state, e.effective_time, e.document::jsonb, e.revision, $8, $9, stadspoort.register_clock()
FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY AS e (permit_id, kind, state, effective_time, document, revision, n)
ORDER BY e.n
