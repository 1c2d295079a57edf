hashtrail.spellings("a0",4,["","","","","","lease locks with"])
