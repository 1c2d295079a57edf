hashtrail.spellings(14,"")
