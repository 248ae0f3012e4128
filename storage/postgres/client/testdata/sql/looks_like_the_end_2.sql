SELECT ')sql"' || ')sql1"' || 'Zürich — €' AS tricky
