-- In the order of the arrays, which is that of the events of each permit.
INSERT INTO stadspoort.permit_event (city, permit_id, kind, state, effective_time, document, revision, actor, reason)
SELECT $1, e.permit_id, e.kind, e.state, e.effective_time, e.document::jsonb, e.revision, $8, $9
FROM unnest($2, $3, $4, $5, $6, $7) WITH ORDINALITY AS e (permit_id, kind, state, effective_time, document, revision, n)
ORDER BY e.n
