hashtrail.spellings("a0",8,["","","","","",""])
