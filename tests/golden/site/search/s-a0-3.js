hashtrail.spellings("a0",3,["","","","","","with"])
