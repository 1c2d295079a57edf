hashtrail.spellings("n0",5,["","","","","",""])
