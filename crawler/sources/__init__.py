"""One file per network: what to ask, how to read the answer. No I/O."""
