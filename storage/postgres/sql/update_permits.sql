-- Permits as they have become, each in its place of the arrays; whoever begins to wait goes to the end of the queue.
UPDATE stadspoort.permit p SET address = n.address, area = n.area, state = n.state, document = n.document::jsonb, revision = n.revision,
  due_time = nullif(n.due_time, 'infinity'),
  queue_number = CASE WHEN n.state = 'WAITLISTED' THEN coalesce(p.queue_number, nextval('stadspoort.permit_queue')) END
FROM unnest($2, $3, $4, $5, $6, $7, $8) AS n (permit_id, address, area, state, document, due_time, revision)
WHERE p.city = $1 AND p.permit_id = n.permit_id
