INSERT INTO stadspoort.permit (city, permit_id, permit_type, holder, address, area, state, document, queue_number, due_time, revision, permit_set)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $7 = 'WAITLISTED' THEN nextval('stadspoort.permit_queue') END, $9, $10, $11)
RETURNING create_time
