hashtrail.spellings(9,"")
