-- Whoever changes a type locks it first.
SELECT t.version FROM stadspoort.permit_type t WHERE t.city = $1 AND t.code = $2 FOR UPDATE
