SELECT p.permit_id, p.amount_cents FROM stadspoort.permit_payment p WHERE p.city = $1 AND p.reference = $2
