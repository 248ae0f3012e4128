-- In which cities something is due, longest first. Asked without a city.
SELECT w.city, min(w.due_time) AS since FROM stadspoort.due_work w WHERE w.due_time <= stadspoort.register_clock() GROUP BY w.city ORDER BY 2
