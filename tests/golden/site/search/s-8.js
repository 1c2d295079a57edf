hashtrail.spellings(8,"caching")
