hashtrail.spellings(6,"caching lease locks")
