DELETE FROM stadspoort.due_work WHERE city = $1 AND work_number = ANY ($2)
