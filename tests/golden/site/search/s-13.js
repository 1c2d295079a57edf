hashtrail.spellings(13,"")
