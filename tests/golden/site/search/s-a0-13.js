hashtrail.spellings("a0",13,["","","","","",""])
