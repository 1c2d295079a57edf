hashtrail.spellings(7,"caching")
