hashtrail.spellings("a0",11,["","","","","",""])
