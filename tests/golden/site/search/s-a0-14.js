hashtrail.spellings("a0",14,["","","","","",""])
