"""HTTP servers of this machine: the rules that `hashtrail serve` and `hashtrail explore` share."""
