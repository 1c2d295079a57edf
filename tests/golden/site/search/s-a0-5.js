hashtrail.spellings("a0",5,["","","","","","lease locks with"])
