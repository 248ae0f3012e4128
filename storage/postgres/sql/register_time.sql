SELECT stadspoort.register_time() AS now
