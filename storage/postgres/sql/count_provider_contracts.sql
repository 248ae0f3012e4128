-- A provider's contracts that have not ended, without the one that is being written ($3).
SELECT count(*) AS contracts FROM stadspoort.contract
WHERE city = $1 AND provider = $2 AND code <> $3 AND in_force_end > stadspoort.register_time()
