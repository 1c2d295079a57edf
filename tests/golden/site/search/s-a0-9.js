hashtrail.spellings("a0",9,["","","","","",""])
