hashtrail.spellings("a0",16,["","","","","",""])
