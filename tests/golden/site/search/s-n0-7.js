hashtrail.spellings("n0",7,["caching","","","","",""])
