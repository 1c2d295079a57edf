hashtrail.spellings("a0",10,["","","","","",""])
