hashtrail.spellings("n0",10,["idempotency","","","","",""])
