hashtrail.spellings(11,"idempotency")
