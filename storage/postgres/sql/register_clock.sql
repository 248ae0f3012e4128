-- And whether it stands still: replaced by the owner, to play a scenario on its own day.
SELECT stadspoort.register_clock() AS now, stadspoort.register_time() <> now() AS stands_still
