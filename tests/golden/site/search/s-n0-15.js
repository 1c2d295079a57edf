hashtrail.spellings("n0",15,["","","","","",""])
