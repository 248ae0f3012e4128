DELETE FROM stadspoort.pending_end WHERE city = $1 AND provider = $2 AND reference = $3
