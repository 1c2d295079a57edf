"""HTTP servers: the code that `hashtrail serve` and `hashtrail explore` share."""
