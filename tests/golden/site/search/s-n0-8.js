hashtrail.spellings("n0",8,["caching","","","","",""])
