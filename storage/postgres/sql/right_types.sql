SELECT code, display_name, kind, backdate_form, backdate_seconds FROM stadspoort.right_type WHERE city = $1 ORDER BY code
