hashtrail.spellings("n0",3,["","","","","","ada"])
