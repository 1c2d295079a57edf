hashtrail.spellings("n0",16,["","","","","",""])
