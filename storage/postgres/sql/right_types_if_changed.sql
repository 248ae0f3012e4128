-- The right types, unless the reader holds this version of them already.
SELECT t.code, t.display_name, t.kind, t.backdate_form, t.backdate_seconds
FROM stadspoort.city c JOIN stadspoort.right_type t ON t.city = c.city
WHERE c.city = $1 AND c.right_types_version <> $2
