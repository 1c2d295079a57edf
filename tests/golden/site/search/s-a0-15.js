hashtrail.spellings("a0",15,["","","","","",""])
