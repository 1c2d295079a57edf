hashtrail.spellings(12,"idempotency")
