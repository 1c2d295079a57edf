hashtrail.spellings(3,"ada with")
