hashtrail.spellings(4,"ada lease locks with")
