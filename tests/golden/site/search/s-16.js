hashtrail.spellings(16,"")
