hashtrail.spellings("n0",14,["","","","","",""])
