hashtrail.spellings(15,"")
