hashtrail.spellings("n0",4,["","","","","","ada"])
