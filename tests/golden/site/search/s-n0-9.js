hashtrail.spellings("n0",9,["","","","","",""])
