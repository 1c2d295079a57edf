hashtrail.spellings("n0",13,["","","","","",""])
