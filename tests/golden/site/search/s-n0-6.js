hashtrail.spellings("n0",6,["caching","","","","",""])
