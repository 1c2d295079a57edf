hashtrail.spellings("a0",12,["","","","","",""])
