hashtrail.spellings(10,"idempotency")
