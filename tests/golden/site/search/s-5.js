hashtrail.spellings(5,"lease locks with")
