hashtrail.spellings("a0",6,["","","","","","lease locks"])
