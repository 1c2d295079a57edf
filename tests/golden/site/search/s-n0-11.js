hashtrail.spellings("n0",11,["idempotency","","","","",""])
