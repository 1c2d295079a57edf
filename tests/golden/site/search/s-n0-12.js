hashtrail.spellings("n0",12,["idempotency","","","","",""])
