-- Has the places of a type looked at: there may be more of them.
INSERT INTO stadspoort.due_work (city, due_time, kind, permit_type, permit_set, area)
SELECT a.city, stadspoort.register_time(), 'OFFER', a.permit_type, a.permit_set, a.area FROM stadspoort.permit_area a
WHERE a.city = $1 AND a.permit_type = $2 AND EXISTS (
  SELECT FROM stadspoort.permit p
  WHERE p.city = a.city AND p.permit_type = a.permit_type AND p.permit_set = a.permit_set AND p.area = a.area AND p.queue_number IS NOT NULL)
