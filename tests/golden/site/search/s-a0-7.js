hashtrail.spellings("a0",7,["","","","","",""])
