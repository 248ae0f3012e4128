SELECT stadspoort.register_clock() AS now
